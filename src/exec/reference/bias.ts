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

export const biasGradient: Kernel<"biasGradient"> = ({ inputs, outputs }, memory) => {
  const dy = memory.values(inputs.dy);
  const dbias = memory.values(outputs.dbias).fill(0);
  const [rows, channels] = rowSides(memory.shape(inputs.dy));
  for (let row = 0; row < rows; row += 1) {
    for (let channel = 0; channel < channels; channel += 1) {
      dbias[channel] = (dbias[channel] as number) + (dy[row * channels + channel] as number);
    }
  }
};
