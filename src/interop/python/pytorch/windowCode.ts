/** Writes how a window is placed on a map: by PyTorch's own padding where both sides get the same, otherwise by `F.pad`. */
import type { Pair } from "../../../core/shape.ts";
import type { Window } from "../../../network/layers/window.ts";
import { literal } from "../pythonText.ts";

export interface WindowCode {
  readonly kernel: string;
  readonly stride: string;
  /** What PyTorch's layer pads by itself. */
  readonly padding: string;
  /** Pads the tensor with a value where the layer cannot. */
  readonly before: (tensor: string, value: string) => string;
}

export function windowCode(window: Window, input: readonly number[] | undefined): WindowCode {
  const { kernelSize, strides } = window;
  const [height = 0, width = 0] = input ?? [];
  const [top, bottom] = sides(window, 0, height);
  const [left, right] = sides(window, 1, width);
  const isEven = top === bottom && left === right;
  const around: Pair = isEven ? [top, left] : [0, 0];
  return {
    kernel: pairText(kernelSize),
    stride: pairText(strides),
    padding: pairText(around),
    before: (tensor, value) =>
      isEven ? tensor : `F.pad(${tensor}, ${literal([left, right, top, bottom])}, value=${value})`,
  };
}

/** Keras adds what is missing to a whole number of strides, and the odd one at the end. */
function sides(
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

export function pairText(pair: Pair): string {
  return pair[0] === pair[1] ? String(pair[0]) : literal(pair);
}
