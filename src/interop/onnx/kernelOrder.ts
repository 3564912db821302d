/** Kernels in the order of Keras as kernels in the order of ONNX, which puts the channels first. Pure. */

/** Height, width, channels and filters (or, depthwise, filters for each channel). */
export type KernelShape = readonly [number, number, number, number];

/** Keras' `[K, L, C / groups, N]` as ONNX's `[N, C / groups, K, L]`. */
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
 * Keras' depthwise `[K, L, C, M]` as ONNX's `[C * M, 1, K, L]`, for a convolution in `C` groups: the filters of a
 * channel follow each other in both.
 */
export function depthwiseKernel(
  values: Float32Array,
  [rows, columns, channels, multiplier]: KernelShape,
): Float32Array {
  return convolutionKernel(values, [rows, columns, 1, channels * multiplier]);
}
