/**
 * One WebGPU device for all engines of a worker: engines in a race compute on the same card, and weights are copied between them
 * without leaving it. The first engine opens the device and the last one closes it. All learn of its loss; of an error learns
 * the engine that caused it (`deviceErrors.ts`).
 */
import { type DescribeError, type DeviceUser, joinDevice } from "./deviceErrors.ts";
import { type DeviceMeter, meterDevice } from "./deviceMeter.ts";
import type { GraphicsDevice } from "./graphicsDevice.ts";

export interface SharedDevice extends GraphicsDevice, DeviceUser {
  /** Of all who share it. */
  readonly meter: DeviceMeter;
}

interface Held {
  readonly opening: Promise<GraphicsDevice>;
  users: number;
}

let held: Held | undefined;

/**
 * The device that an engine of this worker has open already, else one that `open` opens.
 *
 * @param describe an error of the device as the engine's own.
 * @throws what `open` throws; the next to ask tries again.
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
    // Whoever comes after a loss gets another device.
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
