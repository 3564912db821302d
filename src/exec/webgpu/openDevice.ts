/** The device of this engine: one that has enough storage buffers for its kernels, and whose errors are told in its words. */
import { type DeviceUser, joinDevice } from "../device/deviceErrors.ts";
import { type GraphicsDevice, openGraphicsDevice } from "../device/graphicsDevice.ts";
import { type SharedDevice, shareDevice } from "../device/sharedDevice.ts";
import { deviceFault, unavailable } from "./deviceFaults.ts";
import type { TuningWishes } from "./tuningWishes.ts";

/** What the kernels bind at most: `add` takes three terms of two each, coefficients, a mask and its result. */
const STORAGE_BUFFERS = 10;

export interface OpenDevice extends GraphicsDevice, DeviceUser {
  /** Where the fastest kernels of this adapter are remembered; absent: the usual ones are taken, unmeasured. */
  readonly tuning?: TuningWishes;
}

const openOwn = (gpu: GPU | undefined) =>
  openGraphicsDevice(gpu, { storageBuffers: STORAGE_BUFFERS, unavailable });
const describe = ({ message }: GPUError) => deviceFault(message);

/**
 * Opens a device that no other engine computes on.
 *
 * @param gpu of the browser, or of Dawn in Node; undefined where there is none.
 * @throws PlaygroundError `engine.unavailable`
 */
export async function openDevice(gpu: GPU | undefined): Promise<OpenDevice> {
  const opened = await openOwn(gpu);
  const { leave, ...user } = joinDevice(opened.device, describe);
  return {
    ...opened,
    ...user,
    close() {
      leave();
      opened.close();
    },
  };
}

/** Opens the device that all engines of this worker share, unless one of them has it open. Otherwise as `openDevice`. */
export function openSharedDevice(gpu: GPU | undefined): Promise<SharedDevice> {
  return shareDevice(() => openOwn(gpu), describe);
}
