/** Opens devices for this engine: with enough storage buffers for its kernels, and with its own error messages. */
import { type DeviceUser, joinDevice } from "../device/deviceErrors.ts";
import { type GraphicsDevice, openGraphicsDevice } from "../device/graphicsDevice.ts";
import { type SharedDevice, shareDevice } from "../device/sharedDevice.ts";
import { deviceFault, unavailable } from "./deviceFaults.ts";
import type { TuningWishes } from "./tuningWishes.ts";

/**
 * The most storage buffers that a kernel binds: `add` takes three terms of two buffers each, coefficients, a mask and its
 * result.
 */
const STORAGE_BUFFERS = 10;

export interface OpenDevice extends GraphicsDevice, DeviceUser {
  /** The options for measuring the fastest kernels. Absent: the default kernels are used. */
  readonly tuning?: TuningWishes;
}

const openOwn = (gpu: GPU | undefined) =>
  openGraphicsDevice(gpu, { storageBuffers: STORAGE_BUFFERS, unavailable });
const describe = ({ message }: GPUError) => deviceFault(message);

/**
 * Opens a device that no other engine uses.
 *
 * @param gpu from the browser, or from Dawn in Node; undefined where WebGPU is missing.
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

/**
 * Returns the device that all engines of this worker share, and opens it if none of them has. Takes and throws the same as
 * `openDevice`.
 */
export function openSharedDevice(gpu: GPU | undefined): Promise<SharedDevice> {
  return shareDevice(() => openOwn(gpu), describe);
}
