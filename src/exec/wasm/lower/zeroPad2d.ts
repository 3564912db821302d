/** Adds zeros around a map, and takes the map out of them again. */
import { mapSides, type Pair, type Shape } from "../../../core/shape.ts";
import { lineChunks } from "./chunks.ts";
import type { Lower } from "./lowering.ts";

export const zeroPad2d: Lower<"zeroPad2d"> = (
  { inputs, outputs, attributes },
  { address, shape },
) => {
  const [inner, outer] = [shape(inputs.x), shape(outputs.y)];
  const { linesPerChunk, chunks } = lineChunks(outer);
  const maps = { inner: address(inputs.x), outer: address(outputs.y), linesPerChunk };
  const call = { ...sides(inner, outer, attributes.padding), ...maps };
  return [{ kernel: "padLines", chunks, arguments: call }];
};

export const zeroPad2dGradient: Lower<"zeroPad2dGradient"> = (
  { inputs, outputs, attributes },
  { address, shape },
) => {
  const [inner, outer] = [shape(outputs.dx), shape(inputs.dy)];
  const { linesPerChunk, chunks } = lineChunks(inner);
  const maps = { inner: address(outputs.dx), outer: address(inputs.dy), linesPerChunk };
  const call = { ...sides(inner, outer, attributes.padding), ...maps };
  return [{ kernel: "cutLines", chunks, arguments: call }];
};

function sides(inner: Shape, outer: Shape, [top, left]: Pair) {
  const [images, height, width, channels] = mapSides(inner);
  const [, outerHeight, outerWidth] = mapSides(outer);
  return { images, height, width, outerHeight, outerWidth, channels, top, left };
}
