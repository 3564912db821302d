/** Opens a WebGPU device that any engine can compute on: with the adapter's limits, and watched for its loss. */
import { describeAdapter, requestAdapter, whyNoGpu } from "./graphicsAdapter.ts";

/** A device as the engine that opened it knows it. */
export interface GraphicsDevice {
  readonly device: GPUDevice;
  /** The adapter's name for people. */
  readonly title: string;
  /** True where a processor pretends to be a graphics card. */
  readonly isSoftware: boolean;
  /** Resolves with the reason when the device is lost, not when it is closed. */
  readonly lost: Promise<string>;
  close(): void;
}

export interface DeviceWishes {
  /** How many storage buffers a shader must be able to bind. Default: any number. */
  readonly storageBuffers?: number;
  /** Makes the engine's own error of the reason why there is no such device. */
  readonly unavailable: (reason: string) => Error;
}

/** Raised to the adapter's limits: large feature maps need large buffers, concatenations and sums need many. */
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

/** Requests only what this adapter has. */
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
 * @param gpu of the browser, or of Dawn in Node; undefined where there is none.
 * @throws what `unavailable` makes
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
