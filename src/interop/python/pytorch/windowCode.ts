/** Writes how a window is placed on a map: by PyTorch's own padding where both sides get the same, otherwise by `F.pad`. */
import type { Pair } from "../../../core/shape.ts";
import { type Window, windowPadding } from "../../../network/layers/window.ts";
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
  const [top, bottom] = windowPadding(window, 0, height);
  const [left, right] = windowPadding(window, 1, width);
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

export function pairText(pair: Pair): string {
  return pair[0] === pair[1] ? String(pair[0]) : literal(pair);
}
