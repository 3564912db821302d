/** Convolutions of 1x1 with a stride: the pixels that they read are gathered, and one matrix product does the rest. */
import { mapSides, rowSides } from "../../../core/shape.ts";
import type { BufferId } from "../../../plan/buffers.ts";
import type { ConvolutionAttributes } from "../../../plan/operations.ts";
import type { StepOf } from "../../../plan/step.ts";
import type { Call } from "../kernelCalls.ts";
import { blockNumbers } from "./chunks.ts";
import { multiply, multiplyBack, multiplyTransposed } from "./dense.ts";
import { joinedEpilogue, noEpilogue } from "./joined.ts";
import {
  chunksOf,
  type Lower,
  type Lowering,
  type Operand,
  slidingWindow,
  stored,
} from "./lowering.ts";

/** The approximate number of values that a chunk copies. */
const MOVED_NUMBERS = 4096;

export function isSampled({ kernel, groups, padding }: ConvolutionAttributes): boolean {
  return [...kernel, groups].every((count) => count === 1) && padding.every((side) => side === 0);
}

export const conv2dSampled: Lower<"conv2d"> = (
  { inputs, outputs, attributes },
  lowering,
  joined,
) => {
  const { address, optional, shape } = lowering;
  const [rows, columns] = rowSides(shape(outputs.y));
  const [, depth] = rowSides(shape(inputs.x));
  const { call, sample } = sampled(attributes, inputs.x, outputs.y, lowering);
  const product = { rows, depth, columns, left: sample, weights: address(inputs.filter) };
  const result = { y: address(outputs.y), bias: optional(inputs.bias) };
  return [{ ...call, goesOn: true }, ...multiply(product, result, lowering, joined)];
};

export const conv2dInputGradientSampled: Lower<"conv2dInputGradient"> = (
  { inputs, outputs, attributes },
  lowering,
  joined,
) => {
  const { address, operand, scratch, shape, shared } = lowering;
  const [x, y] = [shape(outputs.dx), shape(inputs.dy)];
  const [rows, depth] = rowSides(y);
  const [images, height, width, channels] = mapSides(x);
  const sample = shared(rows * channels);
  const left = operand(inputs.dy);
  const product = { rows, depth, columns: channels, left, weights: address(inputs.filter) };
  const multiplied = multiplyBack(product, lowering, () => noEpilogue(sample));
  const linesPerChunk = Math.max(1, Math.floor(MOVED_NUMBERS / (width * channels)));
  const chunks = chunksOf(images * height, linesPerChunk);
  const { epilogue, target, calls } = joinedEpilogue(joined, outputs.dx, chunks, lowering);
  scratch(blockNumbers(channels));
  const window = slidingWindow(attributes, x, y);
  const call = { window, pixelGradients: sample, dx: target, linesPerChunk, epilogue };
  return [...multiplied, { kernel: "spreadPixels", chunks, arguments: call }, ...calls];
};

export function conv2dFilterGradientSampled(
  { inputs, outputs, attributes }: StepOf<"conv2dFilterGradient">,
  lowering: Lowering,
): readonly Call[] {
  const { address, operand, shape } = lowering;
  const [rows, units] = rowSides(shape(inputs.dy));
  const [, features] = rowSides(shape(inputs.x));
  const { call, sample } = sampled(attributes, inputs.x, inputs.dy, lowering);
  const factors = { rows, features, units, x: sample, dy: operand(inputs.dy) };
  return [call, ...multiplyTransposed(factors, address(outputs.dfilter), lowering)];
}

/** Gathers the pixels of `x` that the results `y` read. */
function sampled(
  attributes: ConvolutionAttributes,
  x: BufferId,
  y: BufferId,
  { operand, shape, shared }: Lowering,
): { readonly call: Call; readonly sample: Operand } {
  const [images, rows, columns] = mapSides(shape(y));
  const [, channels] = rowSides(shape(x));
  const result = shared(images * rows * columns * channels);
  const linesPerChunk = Math.max(1, Math.floor(MOVED_NUMBERS / (columns * channels)));
  const window = slidingWindow(attributes, shape(x), shape(y));
  const call = { window, x: operand(x), result, linesPerChunk };
  const chunks = chunksOf(images * rows, linesPerChunk);
  return { call: { kernel: "samplePixels", chunks, arguments: call }, sample: stored(result) };
}
