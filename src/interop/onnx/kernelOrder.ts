/** Converts kernels between Keras' order of axes and ONNX's, which puts the channels first. Pure functions. */

/** Height, width, channels and filters (for a depthwise kernel, filters for each channel). */
export type KernelShape = readonly [number, number, number, number];

/** Converts Keras' `[K, L, C / groups, N]` to ONNX's `[N, C / groups, K, L]`. */
export function convolutionKernel(
  values: Float32Array,
  [rows, columns, channels, filters]: KernelShape,
): Float32Array {
  const size = rows * columns;
  const turned = new Float32Array(values.length);
  for (let tap = 0; tap < size; tap += 1) {
    for (let channel = 0; channel < channels; channel += 1) {
      const from = (tap * channels + channel) * filters;
      for (let filter = 0; filter < filters; filter += 1)
        turned[(filter * channels + channel) * size + tap] = values[from + filter] as number;
    }
  }
  return turned;
}

/**
 * Converts Keras' depthwise `[K, L, C, M]` to ONNX's `[C * M, 1, K, L]`, for a convolution in `C` groups. The filters of a
 * channel are adjacent in both.
 */
export function depthwiseKernel(
  values: Float32Array,
  [rows, columns, channels, multiplier]: KernelShape,
): Float32Array {
  return convolutionKernel(values, [rows, columns, 1, channels * multiplier]);
}

/** Converts ONNX's `[N, C / groups, K, L]` to Keras' `[K, L, C / groups, N]`. */
export function kerasKernel(
  values: Float32Array,
  [rows, columns, channels, filters]: KernelShape,
): Float32Array {
  const size = rows * columns;
  const turned = new Float32Array(values.length);
  for (let filter = 0; filter < filters; filter += 1) {
    for (let channel = 0; channel < channels; channel += 1) {
      const from = (filter * channels + channel) * size;
      for (let tap = 0; tap < size; tap += 1)
        turned[(tap * channels + channel) * filters + filter] = values[from + tap] as number;
    }
  }
  return turned;
}
