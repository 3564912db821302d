/** Computes sliding windows with padding resolved to rows and columns, so that no executor has to know `same`. */
import type { Pair } from "../core/shape.ts";
import type { Window } from "../network/layers/window.ts";
import type { WindowAttributes } from "./operations.ts";
import type { Dimension } from "./signature.ts";

const AXES = [0, 1] as const;

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

/**
 * Checks a window for signatures; the map is `H W`, the result `P Q`. Every window must overlap the map, and no further window
 * may fit after the last one.
 */
export function windowFault(
  dimension: Dimension,
  { kernel, strides, dilation, padding }: WindowAttributes,
): string | undefined {
  const sides = [dimension("H"), dimension("W")] as const;
  const outputs = [dimension("P"), dimension("Q")] as const;
  const wrong = AXES.find((axis) => {
    const extent = (kernel[axis] - 1) * dilation[axis] + 1;
    const after = (outputs[axis] - 1) * strides[axis] + extent - padding[axis] - sides[axis];
    return (
      padding[axis] < 0 || padding[axis] >= extent || after >= extent || after <= -strides[axis]
    );
  });
  return wrong === undefined
    ? undefined
    : `a window of ${kernel.join("x")} at strides ${strides.join("x")} and padding ${padding.join("x")} does not take ${sides.join("x")} to ${outputs.join("x")}`;
}
