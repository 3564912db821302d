/** Sliding windows in WGSL: the numbers of their geometry, and the loops that pools and convolutions share. */
import { mapSides, type Shape } from "../../core/shape.ts";
import type { WindowAttributes } from "../../plan/operations.ts";
import type { Step } from "../../plan/step.ts";
import type { Lowering } from "./lowering.ts";
import { stepShapes } from "./stepKernel.ts";

/** The numbers of a window over the map `x` (`[N, height, width, C]`) with the result `y` (`[N, rows, columns, F]`). */
export function windowNumbers(
  { kernel, strides, dilation, padding }: WindowAttributes,
  x: Shape,
  y: Shape,
) {
  const [, height, width] = mapSides(x);
  const [, rows, columns] = mapSides(y);
  return {
    height,
    width,
    rows,
    columns,
    kernelHeight: kernel[0],
    kernelWidth: kernel[1],
    strideHeight: strides[0],
    strideWidth: strides[1],
    dilationHeight: dilation[0],
    dilationWidth: dilation[1],
    top: padding[0],
    left: padding[1],
  };
}

/** The shapes of a step's map `x` and result `y`, and the numbers of its window. */
export function stepWindow(step: WindowStep, lowering: Lowering) {
  const { x, y } = stepShapes(step, lowering);
  return { x, y, numbers: windowNumbers(step.attributes, x, y) };
}

type WindowStep = Extract<Step, { readonly attributes: WindowAttributes }>;

/**
 * WGSL that runs `body` for every position of the map under the window of the result's `place`; it provides `pixel` and `tap`.
 */
export function forEachPixel(body: string): string {
  return `let column = place % p.columns;
    let row = (place / p.columns) % p.rows;
    let image = place / (p.columns * p.rows);
    for (var tapRow = 0u; tapRow < p.kernelHeight; tapRow++) {
      let h = row * p.strideHeight + tapRow * p.dilationHeight - p.top;
      if (h >= p.height) { continue; }
      for (var tapColumn = 0u; tapColumn < p.kernelWidth; tapColumn++) {
        let w = column * p.strideWidth + tapColumn * p.dilationWidth - p.left;
        if (w >= p.width) { continue; }
        let pixel = (image * p.height + h) * p.width + w;
        let tap = tapRow * p.kernelWidth + tapColumn;
        ${body}
      }
    }`;
}

/** WGSL that runs `body` for every window over the map's `pixel`, in the order of taps; it provides `place` and `tap`. */
export function forEachPlace(body: string): string {
  return `let down = (pixel / p.width) % p.height + p.top;
    let right = pixel % p.width + p.left;
    let image = pixel / (p.width * p.height);
    let tall = (p.kernelHeight - 1u) * p.dilationHeight + 1u;
    let wide = (p.kernelWidth - 1u) * p.dilationWidth + 1u;
    let firstRow = select(0u, (down - tall) / p.strideHeight + 1u, down >= tall);
    let firstColumn = select(0u, (right - wide) / p.strideWidth + 1u, right >= wide);
    for (var belowRow = min(p.rows, down / p.strideHeight + 1u); belowRow > firstRow; belowRow--) {
      let row = belowRow - 1u;
      let tapRow = (down - row * p.strideHeight) / p.dilationHeight;
      if (row * p.strideHeight + tapRow * p.dilationHeight != down) { continue; }
      for (var besideColumn = min(p.columns, right / p.strideWidth + 1u); besideColumn > firstColumn; besideColumn--) {
        let column = besideColumn - 1u;
        let tapColumn = (right - column * p.strideWidth) / p.dilationWidth;
        if (column * p.strideWidth + tapColumn * p.dilationWidth != right) { continue; }
        let place = (image * p.rows + row) * p.columns + column;
        let tap = tapRow * p.kernelWidth + tapColumn;
        ${body}
      }
    }`;
}
