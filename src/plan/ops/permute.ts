/**
 * Changes the order of a map's axes. Neighbouring axes move together, so that a permutation is a view and one swap of two axes;
 * the reversal of all three takes two.
 */
import { sizeOf } from "../../core/shape.ts";
import type { LayerOf } from "../../network/graph.ts";
import type { Tape, Value } from "../tape.ts";

export function emitPermuteLayer(tape: Tape, { dims }: LayerOf<"Permute">, x: Value): Value {
  const [numImages = 0, height = 1, width = 1, channels = 1] = x.shape;
  const swapped = (before: number, a: number, b: number, after: number) =>
    swapAxes(tape, tape.reshape(x, [before, a, b, after]));
  const toShape = (value: Value) =>
    tape.reshape(value, [numImages, ...dims.map((axis) => x.shape[axis] ?? 1)]);
  switch (dims.join("")) {
    case "213":
      return swapped(numImages, height, width, channels);
    case "132":
      return toShape(swapped(numImages * height, width, channels, 1));
    case "312":
      return toShape(swapped(numImages, height * width, channels, 1));
    case "231":
      return toShape(swapped(numImages, height, width * channels, 1));
    case "321": {
      const last = swapped(numImages, height * width, channels, 1);
      const parts = tape.reshape(last, [numImages * channels, height, width, 1]);
      return toShape(swapAxes(tape, parts, "again"));
    }
    default:
      return x;
  }
}

/** @param part names the result where the layer has several. */
function swapAxes(tape: Tape, x: Value, part = ""): Value {
  const [before = 1, a = 1, b = 1, ...after] = x.shape;
  const y = tape.activation([before, b, a, sizeOf(after)], { inputs: [x] }, part);
  const step = (from: number, to: number) =>
    tape.step({ op: "swapAxes", inputs: { x: from }, outputs: { y: to }, attributes: {} });
  step(x.buffer, y.buffer);
  tape.onBackward(y, (dy) => step(dy, tape.gradientOf(x)));
  return y;
}
