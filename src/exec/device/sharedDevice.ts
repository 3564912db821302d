/**
 * One WebGPU device for all engines of a worker that want one: those that race compute on the same card, and weights go
 * from one to the other without leaving it. The first opens it, the last to go closes it; all learn of its loss, and of an
 * error the one that made it (`deviceErrors.ts`).
 */
import { type DescribeError, type DeviceUser, joinDevice } from "./deviceErrors.ts";
import { type DeviceMeter, meterDevice } from "./deviceMeter.ts";

/** A device as the engine that opened it knows it. */
export interface WatchedDevice {
  readonly device: GPUDevice;
  /** The adapter in words. */
  readonly title: string;
  /** True where a processor pretends to be a graphics card. */
  readonly isSoftware: boolean;
  /** Resolves with the reason when the device is lost, not when it is closed. */
  readonly lost: Promise<string>;
  close(): void;
}

export interface SharedDevice extends WatchedDevice, DeviceUser {
  /** Of all who share it. */
  readonly meter: DeviceMeter;
}

interface Held {
  readonly opening: Promise<WatchedDevice>;
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
  open: () => Promise<WatchedDevice>,
  describe: DescribeError,
): Promise<SharedDevice> {
  held ??= hold(open);
  const mine = held;
  mine.users += 1;
  return used(mine, await mine.opening, describe);
}

function hold(open: () => Promise<WatchedDevice>): Held {
  const opening = open();
  const mine: Held = { opening, users: 0 };
  opening.then(
    // Whoever comes after a loss gets another device.
    ({ lost }) => void lost.then(() => forget(mine)),
    () => forget(mine),
  );
  return mine;
}

function used(mine: Held, watched: WatchedDevice, describe: DescribeError): SharedDevice {
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
