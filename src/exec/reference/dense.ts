import { rowSides } from "../../core/shape.ts";
import { startWithBias } from "./bias.ts";
import type { Kernel, ShapesOf } from "./kernel.ts";

export const dense: Kernel<"dense"> = ({ x, kernel, bias, y }, _, shapes) => {
  startWithBias(y, shapes.y, bias);
  forEachProduct(shapes, (xAt, weight, yAt) => {
    y[yAt] = (y[yAt] as number) + (x[xAt] as number) * (kernel[weight] as number);
  });
};

/** `dx = dy kernel^T` */
export const denseInputGradient: Kernel<"denseInputGradient"> = ({ dy, kernel, dx }, _, shapes) => {
  dx.fill(0);
  forEachProduct({ x: shapes.dx, y: shapes.dy }, (xAt, weight, yAt) => {
    dx[xAt] = (dx[xAt] as number) + (dy[yAt] as number) * (kernel[weight] as number);
  });
};

/** `dkernel = x^T dy` */
export const denseKernelGradient: Kernel<"denseKernelGradient"> = (
  { x, dy, dkernel },
  _,
  shapes,
) => {
  dkernel.fill(0);
  forEachProduct({ x: shapes.x, y: shapes.dy }, (xAt, weight, yAt) => {
    dkernel[weight] = (dkernel[weight] as number) + (x[xAt] as number) * (dy[yAt] as number);
  });
};

/** Visits every combination of an input value, a weight and an output that belong together, by their offsets. */
function forEachProduct(
  { x, y }: Pick<ShapesOf<"dense">, "x" | "y">,
  visit: (x: number, weight: number, y: number) => void,
): void {
  const [[rows, features], [, units]] = [rowSides(x), rowSides(y)];
  for (let row = 0; row < rows; row += 1)
    for (let feature = 0; feature < features; feature += 1)
      for (let unit = 0; unit < units; unit += 1)
        visit(row * features + feature, feature * units + unit, row * units + unit);
}
