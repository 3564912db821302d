/** Opens a WebGPU device for any engine, with all limits that the adapter has, and reports when it is lost. */
import { describeAdapter, requestAdapter, whyNoGpu } from "./graphicsAdapter.ts";

/** An open device. */
export interface GraphicsDevice {
  readonly device: GPUDevice;
  /** The adapter's name for messages. */
  readonly title: string;
  /** True if the adapter computes on the processor. */
  readonly isSoftware: boolean;
  /** Resolves with the reason when the device is lost; never when it is closed. */
  readonly lost: Promise<string>;
  close(): void;
}

export interface DeviceWishes {
  /** The number of storage buffers that a shader must be able to bind. Default: 0. */
  readonly storageBuffers?: number;
  /** Turns the reason why no device can be opened into the engine's own error. */
  readonly unavailable: (reason: string) => Error;
}

/**
 * The limits that are requested as high as the adapter has them. Large feature maps need large buffers; concatenations and sums
 * need many buffers.
 */
const RAISED_LIMITS = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxComputeWorkgroupSizeX",
  "maxComputeInvocationsPerWorkgroup",
] as const satisfies readonly (keyof GPUSupportedLimits)[];

const WANTED_FEATURES = [
  "timestamp-query",
  "shader-f16",
  "subgroups",
] as const satisfies readonly GPUFeatureName[];

/** Requests only features and limits that this adapter has. */
export function deviceRequest(adapter: GPUAdapter): GPUDeviceDescriptor {
  return {
    label: "xception-playground",
    requiredFeatures: WANTED_FEATURES.filter((feature) => adapter.features.has(feature)),
    requiredLimits: Object.fromEntries(
      RAISED_LIMITS.map((limit) => [limit, adapter.limits[limit]]),
    ),
  };
}

/**
 * @param gpu from the browser, or from Dawn in Node; undefined where WebGPU is missing.
 * @throws the error that `unavailable` returns
 */
export async function openGraphicsDevice(
  gpu: GPU | undefined,
  { storageBuffers = 0, unavailable }: DeviceWishes,
): Promise<GraphicsDevice> {
  if (gpu === undefined) throw unavailable(whyNoGpu());
  const adapter = await requestAdapter(gpu);
  if (adapter === null) throw unavailable("there is no WebGPU adapter");
  const { maxStorageBuffersPerShaderStage: most } = adapter.limits;
  if (most < storageBuffers)
    throw unavailable(
      `maxStorageBuffersPerShaderStage of ${most}, where the kernels need ${storageBuffers}`,
    );
  const device = await adapter.requestDevice(deviceRequest(adapter)).catch((error: unknown) => {
    throw unavailable(error instanceof Error ? error.message : String(error));
  });
  let closed = false;
  const lost = new Promise<string>((resolve) => {
    void device.lost.then(({ message }) => {
      if (!closed) resolve(message === "" ? "no reason was given" : message.replace(/[.]$/, ""));
    });
  });
  return {
    ...describeAdapter(adapter),
    device,
    lost,
    close() {
      closed = true;
      device.destroy();
    },
  };
}
