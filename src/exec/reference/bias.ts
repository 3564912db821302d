import { rowSides, type Shape } from "../../core/shape.ts";
import type { Kernel } from "./kernel.ts";

/** Fills a result with its bias, or with zeros, before an operation accumulates into it. */
export function startWithBias(y: Float64Array, shape: Shape, bias: Float64Array | undefined): void {
  if (bias === undefined) {
    y.fill(0);
    return;
  }
  const [rows, channels] = rowSides(shape);
  for (let row = 0; row < rows; row += 1) y.set(bias, row * channels);
}

export const biasGradient: Kernel<"biasGradient"> = ({ dy, dbias }) => {
  dbias.fill(0);
  dy.forEach((value, at) => {
    const channel = at % dbias.length;
    dbias[channel] = (dbias[channel] as number) + value;
  });
};
