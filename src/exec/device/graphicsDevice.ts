/** What is asked of an adapter for a device that any engine may compute on: its limits and the features in use. */

/** Raised to the adapter's: large feature maps need large buffers, concatenations and sums many. */
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

/** Nothing that this adapter lacks. */
export function deviceRequest(adapter: GPUAdapter): GPUDeviceDescriptor {
  return {
    label: "xception-playground",
    requiredFeatures: WANTED_FEATURES.filter((feature) => adapter.features.has(feature)),
    requiredLimits: Object.fromEntries(
      RAISED_LIMITS.map((limit) => [limit, adapter.limits[limit]]),
    ),
  };
}
