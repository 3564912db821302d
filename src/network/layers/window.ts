/** Computes the output sizes and the padding of sliding windows (convolutions and pools), as Keras does. */
import { PlaygroundError } from "../../core/errors.ts";
import { formatShape, type MapShape, type Pair, type Shape } from "../../core/shape.ts";
import type { Padding, PoolPadding } from "../../settings/settings.ts";

export interface Window {
  readonly kernelSize: Pair;
  readonly strides: Pair;
  readonly padding: Padding | PoolPadding;
  readonly dilationRate: Pair;
}

/**
 * Returns height and width after a sliding window. `same`: ceil(size / stride); `valid`: ceil((size - extent + 1) / stride);
 * `symmetric`: as PyTorch with floor(kernel / 2) on each side: floor((size + 2 pad - extent) / stride) + 1.
 * @throws PlaygroundError `network.window-too-large`
 */
export function windowOutput(name: string, window: Window, [height, width]: MapShape): Pair {
  const extent = (axis: 0 | 1) => (window.kernelSize[axis] - 1) * window.dilationRate[axis] + 1;
  const along = (size: number, axis: 0 | 1): number => {
    const stride = window.strides[axis];
    if (window.padding === "same") return Math.ceil(size / stride);
    const padding =
      window.padding === "symmetric" ? 2 * Math.floor(window.kernelSize[axis] / 2) : 0;
    return Math.floor((size + padding - extent(axis)) / stride) + 1;
  };
  const output: Pair = [along(height, 0), along(width, 1)];
  if (output[0] < 1 || output[1] < 1) {
    throw new PlaygroundError({
      code: "network.window-too-large",
      where: name,
      rule: `the ${formatShape([extent(0), extent(1)])} window does not fit its input`,
      expected: `height and width of at least ${formatShape([extent(0), extent(1)])}`,
      got: formatShape([height, width]),
      remedy: "Give the network larger images.",
      context: { layer: name, height, width, setting: "inputSize" },
    });
  }
  return output;
}

/**
 * Returns how many rows (axis 0) or columns (axis 1) of padding a map of this size gets before and after it. `same` adds what a
 * whole number of strides lacks, and puts the odd one after the map, as Keras does; `symmetric` adds floor(kernel / 2) on each
 * side, as PyTorch does.
 */
export function windowPadding(
  { kernelSize, strides, padding, dilationRate }: Window,
  axis: 0 | 1,
  size: number,
): Pair {
  const [kernel, stride] = [kernelSize[axis], strides[axis]];
  if (padding === "valid") return [0, 0];
  if (padding === "symmetric") return [Math.floor(kernel / 2), Math.floor(kernel / 2)];
  const extent = (kernel - 1) * dilationRate[axis] + 1;
  const missing = Math.max(0, (Math.ceil(size / stride) - 1) * stride + extent - size);
  return [Math.floor(missing / 2), Math.ceil(missing / 2)];
}

/**
 * Returns the only input of a layer that works on feature maps.
 * @throws PlaygroundError `network.shape-mismatch`
 */
export function mapInput(name: string, inputs: readonly Shape[]): MapShape {
  const [input] = inputs;
  const [height, width, channels] = input ?? [];
  if (
    inputs.length === 1 &&
    input?.length === 3 &&
    height !== undefined &&
    width !== undefined &&
    channels !== undefined
  ) {
    return [height, width, channels];
  }
  throw new PlaygroundError({
    code: "network.shape-mismatch",
    where: name,
    rule: "the layer works on one feature map",
    expected: "one input of shape HxWxC",
    got: inputs.map(formatShape).join(" and ") || "none",
    remedy: "Connect it to a convolution, a pool or the input.",
    context: { layer: name },
  });
}
