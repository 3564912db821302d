/** Lowers depthwise convolutions. Xception's window has kernels of its own; every other window is processed tap by tap. */
import { mapSides, type Shape } from "../../../core/shape.ts";
import type { WindowAttributes } from "../../../plan/operations.ts";
import type { Step, StepOf } from "../../../plan/step.ts";
import type { Call } from "../kernelCalls.ts";
import { bandChunks, blockNumbers, lineChunks, listNumbers } from "./chunks.ts";
import { joinedEpilogue, maskActivation, noEpilogue } from "./joined.ts";
import { type Lower, type Lowering, slidingWindow, stored } from "./lowering.ts";
import { batchStatistics } from "./normalization.ts";
import { sumParts } from "./parts.ts";

type FilterGradient = StepOf<"depthwiseConv2dFilterGradient">;
type InputGradient = StepOf<"depthwiseConv2dInputGradient">;

/** Where statistics of the result are joined, a separate call computes them. */
export const depthwiseConv2d: Lower<"depthwiseConv2d"> = (step, lowering, joined) => [
  convolve(step, lowering),
  ...joined.flatMap((next) =>
    next.op === "batchStatistics" ? batchStatistics(next, lowering, []) : [],
  ),
];

function convolve(
  { inputs, outputs, attributes }: StepOf<"depthwiseConv2d">,
  { address, operand, optional, shape, scratch }: Lowering,
): Call {
  const [x, y] = [shape(inputs.x), shape(outputs.y)];
  const given = { x: operand(inputs.x), filter: address(inputs.filter) };
  const result = { bias: optional(inputs.bias), y: address(outputs.y) };
  const call = { window: slidingWindow(attributes, x, y), ...given, ...result };
  if (isXception(attributes, x, y)) {
    const { linesPerChunk, chunks } = lineChunks(y);
    scratch(filterNumbers(x) + lineNumbers(x) + ringNumbers(x));
    return { kernel: "depthwise3x3", chunks, arguments: { ...call, linesPerChunk } };
  }
  const { bands, chunks, staged } = bandChunks(attributes, x, y);
  scratch(listNumbers(attributes) + mapSides(y)[3] + staged);
  return { kernel: "depthwiseConv2d", chunks, arguments: { ...call, bands } };
}

/**
 * Computes the gradient with respect to the filter and, where it joins, to the input, with one pass over `dy` for
 * both.
 */
export const depthwiseConv2dFilterGradient: Lower<"depthwiseConv2dFilterGradient"> = (
  step,
  lowering,
  joined,
) => {
  const { inputs, attributes } = step;
  const [next, ...others] = joined;
  const inputGradient = next?.op === "depthwiseConv2dInputGradient" ? next : undefined;
  if (isXception(attributes, lowering.shape(inputs.x), lowering.shape(inputs.dy)))
    return gradients3x3(step, inputGradient, lowering, others);
  const own = filterGradient(step, lowering);
  if (inputGradient === undefined) return own;
  return [...own, ...depthwiseConv2dInputGradient(inputGradient, lowering, others)];
};

export const depthwiseConv2dInputGradient: Lower<"depthwiseConv2dInputGradient"> = (
  step,
  lowering,
  joined,
) => {
  const { inputs, outputs, attributes } = step;
  const { address, shape, scratch } = lowering;
  const [x, y] = [shape(outputs.dx), shape(inputs.dy)];
  if (isXception(attributes, x, y)) return gradients3x3(undefined, step, lowering, joined);
  const { linesPerChunk, chunks } = lineChunks(x);
  const { epilogue, target, calls } = joinedEpilogue(joined, outputs.dx, chunks, lowering);
  scratch(listNumbers(attributes) + mapSides(y)[3] + blockNumbers(mapSides(x)[3]));
  const given = { dy: address(inputs.dy), filter: address(inputs.filter), dx: target };
  const call = { window: slidingWindow(attributes, x, y), ...given, linesPerChunk, epilogue };
  return [{ kernel: "depthwiseConv2dInputGradient", chunks, arguments: call }, ...calls];
};

function filterGradient(
  { inputs, outputs, attributes }: FilterGradient,
  lowering: Lowering,
): readonly Call[] {
  const { address, operand, shape, size, scratch } = lowering;
  const [x, y] = [shape(inputs.x), shape(inputs.dy)];
  const { bands, chunks, staged } = bandChunks(attributes, x, y);
  const result = { address: address(outputs.dfilter), count: size(outputs.dfilter) };
  const { parts, sums } = sumParts(result, chunks, lowering);
  scratch(listNumbers(attributes) + mapSides(y)[3] + staged);
  const given = { x: operand(inputs.x), dy: address(inputs.dy) };
  const call = { window: slidingWindow(attributes, x, y), ...given, parts, bands };
  return [{ kernel: "depthwiseConv2dFilterGradient", chunks, arguments: call }, ...sums];
}

/** Computes either gradient, or both. */
function gradients3x3(
  forFilter: FilterGradient | undefined,
  forInput: InputGradient | undefined,
  lowering: Lowering,
  joined: readonly Step[],
): readonly Call[] {
  const step = forFilter ?? forInput;
  if (step === undefined) return [];
  const { operand, optional, shape, scratch } = lowering;
  const y = shape(step.inputs.dy);
  const { linesPerChunk, chunks } = lineChunks(y);
  const { mask, others } = maskOf(forFilter, joined);
  const dx = mask?.outputs.dx ?? forInput?.outputs.dx;
  const { parts, sums } = sumFilter(forFilter, chunks, lowering);
  const { epilogue, target, calls } =
    dx === undefined ? noEpilogue(0) : joinedEpilogue(others, dx, chunks, lowering);
  scratch(
    2 * filterNumbers(y) + 2 * lineNumbers(y) + blockNumbers(mapSides(y)[3]) + ringNumbers(y),
  );
  const x = forFilter === undefined ? stored(0) : operand(forFilter.inputs.x);
  const sources = { x, dy: operand(step.inputs.dy), filter: optional(forInput?.inputs.filter) };
  const results = { parts, dx: target, maskByX: maskActivation(mask) };
  const window = slidingWindow(step.attributes, y, y);
  const call = { window, ...sources, ...results, linesPerChunk, epilogue };
  return [{ kernel: "depthwise3x3Gradients", chunks, arguments: call }, ...sums, ...calls];
}

/** Finds the activation that made `x`, because the kernel can then mask with the line of `x` that it has already loaded. */
function maskOf(forFilter: FilterGradient | undefined, joined: readonly Step[]) {
  const [first, ...others] = joined;
  const isByX = first?.op === "activationGradient" && first.inputs.y === forFilter?.inputs.x;
  return isByX ? { mask: first, others } : { mask: undefined, others: joined };
}

function sumFilter(step: FilterGradient | undefined, chunks: number, lowering: Lowering) {
  if (step === undefined) return { parts: 0, sums: [] };
  const { dfilter } = step.outputs;
  const result = { address: lowering.address(dfilter), count: lowering.size(dfilter) };
  return sumParts(result, chunks, lowering);
}

/** Whether the window is 3x3 with stride 1, the result as large as the map, and each channel has one filter. */
function isXception(
  { kernel, strides, dilation, padding }: WindowAttributes,
  x: Shape,
  y: Shape,
): boolean {
  const isThree = kernel.every((side) => side === 3);
  const isPlain = [...strides, ...dilation, ...padding].every((count) => count === 1);
  return isThree && isPlain && x.every((side, axis) => side === y[axis]);
}

/** The sizes below follow the scratch memory of `kernels/depthwise3x3.ts`, by groups of four channels. */
const filterNumbers = (shape: Shape) => 36 * Math.ceil(mapSides(shape)[3] / 4);

/** A line has room for one more result. */
function lineNumbers(shape: Shape): number {
  const [, , width, channels] = mapSides(shape);
  return 4 * Math.ceil(channels / 4) * (width + 1);
}

const ringNumbers = (shape: Shape) => 4 * lineNumbers(shape);
