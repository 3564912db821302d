/** Zeros around a map, and off again. */
import { mapSides, type Pair, type Shape } from "../../../core/shape.ts";
import { lineChunks } from "./chunks.ts";
import type { Lower } from "./lowering.ts";

export const zeroPad2d: Lower<"zeroPad2d"> = (
  { inputs, outputs, attributes },
  { address, shape },
) => {
  const [inner, outer] = [shape(inputs.x), shape(outputs.y)];
  const { perChunk, chunks } = lineChunks(outer);
  const ends = [address(inputs.x), address(outputs.y), perChunk];
  return [
    { kernel: "padLines", chunks, args: [...sides(inner, outer, attributes.padding), ...ends] },
  ];
};

export const zeroPad2dGradient: Lower<"zeroPad2dGradient"> = (
  { inputs, outputs, attributes },
  { address, shape },
) => {
  const [inner, outer] = [shape(outputs.dx), shape(inputs.dy)];
  const { perChunk, chunks } = lineChunks(inner);
  const ends = [address(outputs.dx), address(inputs.dy), perChunk];
  return [
    { kernel: "cutLines", chunks, args: [...sides(inner, outer, attributes.padding), ...ends] },
  ];
};

/** The first eight arguments of both kernels. */
function sides(inner: Shape, outer: Shape, padding: Pair): readonly number[] {
  const [images, height, width, channels] = mapSides(inner);
  const [, outerHeight, outerWidth] = mapSides(outer);
  return [images, height, width, outerHeight, outerWidth, channels, ...padding];
}
