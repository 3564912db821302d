/** Enlarges a map, and sums up the gradients of what was made of each pixel. */
import { mapSides, type Shape } from "../../../core/shape.ts";
import type { UpSamplingAttributes } from "../../../plan/operations.ts";
import { upSamplingShift } from "../../../plan/ops/upSample2d.ts";
import { lineChunks } from "./chunks.ts";
import type { Lower } from "./lowering.ts";

export const upSample2d: Lower<"upSample2d"> = (
  { inputs, outputs, attributes },
  { address, shape },
) => {
  const { linesPerChunk, chunks } = lineChunks(shape(outputs.y));
  const sides = sidesOf(shape(inputs.x), attributes);
  const call = { x: address(inputs.x), y: address(outputs.y), sides, linesPerChunk };
  return [{ kernel: "upSample2d", chunks, arguments: call }];
};

export const upSample2dGradient: Lower<"upSample2dGradient"> = (
  { inputs, outputs, attributes },
  { address, shape },
) => {
  const { linesPerChunk, chunks } = lineChunks(shape(outputs.dx));
  const sides = sidesOf(shape(outputs.dx), attributes);
  const call = { dy: address(inputs.dy), dx: address(outputs.dx), sides, linesPerChunk };
  return [{ kernel: "upSample2dGradient", chunks, arguments: call }];
};

function sidesOf(map: Shape, attributes: UpSamplingAttributes) {
  const [images, height, width, channels] = mapSides(map);
  const [rowSize, columnSize] = attributes.size;
  return {
    ...{ images, height, width, channels, rowSize, columnSize },
    rowShift: upSamplingShift(attributes, rowSize),
    columnShift: upSamplingShift(attributes, columnSize),
    isMixed: attributes.interpolation !== "nearest",
  };
}
