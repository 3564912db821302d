/**
 * One WebGPU device for all engines of a worker. Engines in a race compute on the same card, and weights are copied between
 * them without leaving it. The first engine opens the device and the last one closes it. A loss is reported to all of them, an
 * error only to the engine that caused it (`deviceErrors.ts`).
 */
import { type DescribeError, type DeviceUser, joinDevice } from "./deviceErrors.ts";
import { type DeviceMeter, meterDevice } from "./deviceMeter.ts";
import type { GraphicsDevice } from "./graphicsDevice.ts";

export interface SharedDevice extends GraphicsDevice, DeviceUser {
  /** Counts the calls of all engines on the device. */
  readonly meter: DeviceMeter;
}

interface Held {
  readonly opening: Promise<GraphicsDevice>;
  users: number;
}

let held: Held | undefined;

/**
 * Returns the device that an engine of this worker has already opened; otherwise opens one.
 *
 * @param describe turns a device error into the engine's own error.
 * @throws what `open` throws; the next call tries again.
 */
export async function shareDevice(
  open: () => Promise<GraphicsDevice>,
  describe: DescribeError,
): Promise<SharedDevice> {
  held ??= hold(open);
  const mine = held;
  mine.users += 1;
  return used(mine, await mine.opening, describe);
}

function hold(open: () => Promise<GraphicsDevice>): Held {
  const opening = open();
  const mine: Held = { opening, users: 0 };
  opening.then(
    // After a loss, the next call opens another device.
    ({ lost }) => void lost.then(() => forget(mine)),
    () => forget(mine),
  );
  return mine;
}

function used(mine: Held, watched: GraphicsDevice, describe: DescribeError): SharedDevice {
  const { leave, ...user } = joinDevice(watched.device, describe);
  let closed = false;
  return {
    ...watched,
    ...user,
    meter: meterDevice(watched.device),
    close() {
      if (closed) return;
      closed = true;
      leave();
      mine.users -= 1;
      if (mine.users > 0) return;
      forget(mine);
      watched.close();
    },
  };
}

function forget(mine: Held): void {
  if (held === mine) held = undefined;
}
