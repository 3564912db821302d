/** Computes sliding windows with padding resolved to rows and columns, so that no executor has to know `same`. */
import type { Pair } from "../core/shape.ts";
import type { Window } from "../network/layers/window.ts";
import type { WindowAttributes } from "./operations.ts";

/**
 * @param input height and width of the map.
 * @param output height and width of the result.
 */
export function windowAttributes(window: Window, input: Pair, output: Pair): WindowAttributes {
  const before = (axis: 0 | 1): number => {
    switch (window.padding) {
      case "valid":
        return 0;
      case "symmetric":
        return Math.floor(window.kernelSize[axis] / 2);
      case "same": {
        const extent = (window.kernelSize[axis] - 1) * window.dilationRate[axis] + 1;
        const reach = (output[axis] - 1) * window.strides[axis] + extent;
        // When the padding is odd, TensorFlow puts the extra row below and the extra column to the right.
        return Math.floor(Math.max(0, reach - input[axis]) / 2);
      }
    }
  };
  return {
    kernel: window.kernelSize,
    strides: window.strides,
    dilation: window.dilationRate,
    padding: [before(0), before(1)],
  };
}
