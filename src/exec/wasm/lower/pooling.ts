/** Pooling over windows and over whole maps. */
import { mapSides } from "../../../core/shape.ts";
import { bandChunks, blockNumbers, lineChunks, listNumbers } from "./chunks.ts";
import { joinedEpilogue } from "./joined.ts";
import { type Lower, slidingWindow } from "./lowering.ts";

export const maxPool: Lower<"maxPool"> = (
  { inputs, outputs, attributes },
  { address, operand, optional, shape, scratch },
) => {
  const [x, y] = [shape(inputs.x), shape(outputs.y)];
  const { bands, chunks, staged } = bandChunks(attributes, x, y);
  scratch(listNumbers(attributes) + staged);
  const [window, argmax] = [slidingWindow(attributes, x, y), optional(outputs.argmax)];
  const call = { window, x: operand(inputs.x), y: address(outputs.y), argmax, bands };
  return [{ kernel: "maxPool", chunks, arguments: call }];
};

export const maxPoolGradient: Lower<"maxPoolGradient"> = (
  { inputs, outputs, attributes },
  lowering,
  joined,
) => {
  const { address, shape, scratch } = lowering;
  const [x, y] = [shape(outputs.dx), shape(inputs.dy)];
  const { linesPerChunk, chunks } = lineChunks(x);
  const { epilogue, target, calls } = joinedEpilogue(joined, outputs.dx, chunks, lowering);
  scratch(listNumbers(attributes) + blockNumbers(mapSides(x)[3]));
  const window = slidingWindow(attributes, x, y);
  const [dy, argmax] = [address(inputs.dy), address(inputs.argmax)];
  const call = { window, dy, argmax, dx: target, linesPerChunk, epilogue };
  return [{ kernel: "maxPoolGradient", chunks, arguments: call }, ...calls];
};

export const averagePool: Lower<"averagePool"> = (
  { inputs, outputs, attributes },
  { address, shape, scratch },
) => {
  const [x, y] = [shape(inputs.x), shape(outputs.y)];
  const { linesPerChunk, chunks } = lineChunks(y);
  scratch(listNumbers(attributes));
  const window = slidingWindow(attributes, x, y);
  const { countPadding: countsPadding } = attributes;
  const maps = { x: address(inputs.x), y: address(outputs.y) };
  const call = { window, ...maps, countsPadding, linesPerChunk };
  return [{ kernel: "averagePool", chunks, arguments: call }];
};

export const averagePoolGradient: Lower<"averagePoolGradient"> = (
  { inputs, outputs, attributes },
  { address, shape, scratch },
) => {
  const [x, y] = [shape(outputs.dx), shape(inputs.dy)];
  const { linesPerChunk, chunks } = lineChunks(x);
  scratch(2 * listNumbers(attributes));
  const window = slidingWindow(attributes, x, y);
  const { countPadding: countsPadding } = attributes;
  const maps = { dy: address(inputs.dy), dx: address(outputs.dx) };
  const call = { window, ...maps, countsPadding, linesPerChunk };
  return [{ kernel: "averagePoolGradient", chunks, arguments: call }];
};

export const globalAveragePool: Lower<"globalAveragePool"> = (
  { inputs, outputs },
  { address, operand, shape, scratch },
) => {
  const [images, height, width, channels] = mapSides(shape(inputs.x));
  scratch(blockNumbers(channels));
  const sides = { pixels: height * width, channels };
  const call = { x: operand(inputs.x), ...sides, y: address(outputs.y) };
  return [{ kernel: "globalAveragePool", chunks: images, arguments: call }];
};

export const globalAveragePoolGradient: Lower<"globalAveragePoolGradient"> = (
  { inputs, outputs },
  { address, shape, scratch },
) => {
  const [images, height, width, channels] = mapSides(shape(outputs.dx));
  scratch(channels);
  const sides = { pixels: height * width, channels };
  const call = { dy: address(inputs.dy), ...sides, dx: address(outputs.dx) };
  return [{ kernel: "globalAveragePoolGradient", chunks: images, arguments: call }];
};
