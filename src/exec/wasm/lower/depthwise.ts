/** Depthwise convolutions: Xception's window by kernels of its own, every other one tap by tap. */
import { mapSides, type Shape } from "../../../core/shape.ts";
import type { WindowAttributes } from "../../../plan/operations.ts";
import type { Step, StepOf } from "../../../plan/step.ts";
import { bandChunks, blockNumbers, lineChunks } from "./chunks.ts";
import { joinedEpilogue } from "./joined.ts";
import { type Call, type Lowering, type LowerLaunch, windowArguments } from "./lowering.ts";
import { batchStatistics } from "./normalization.ts";
import { sumParts } from "./parts.ts";

type FilterGradient = StepOf<"depthwiseConv2dFilterGradient">;
type InputGradient = StepOf<"depthwiseConv2dInputGradient">;

/** Statistics of the result that join are taken by a call of their own. */
export const depthwiseConv2d: LowerLaunch<"depthwiseConv2d"> = (step, joined, lowering) => [
  convolve(step, lowering),
  ...joined.flatMap((next) =>
    next.op === "batchStatistics" ? batchStatistics(next, lowering) : [],
  ),
];

function convolve(
  { inputs, outputs, attributes }: StepOf<"depthwiseConv2d">,
  { address, operand, optional, shape, scratch }: Lowering,
): Call {
  const [x, y] = [shape(inputs.x), shape(outputs.y)];
  const ends = [address(inputs.filter), optional(inputs.bias), address(outputs.y)];
  const args = [...windowArguments(attributes, x, y, 1), ...operand(inputs.x), ...ends];
  if (isXception(attributes, x, y)) {
    const { perChunk, chunks } = lineChunks(y);
    scratch(filterNumbers(x) + lineNumbers(x) + ringNumbers(x));
    return { kernel: "depthwise3x3", chunks, args: [...args, perChunk] };
  }
  const { bandRows, bands, chunks, staged } = bandChunks(attributes, x, y);
  scratch(listNumbers(attributes) + mapSides(y)[3] + staged);
  return { kernel: "depthwiseConv2d", chunks, args: [...args, bandRows, bands] };
}

/** With the input gradient where it joins, and what joins that: one read of `dy` for both. */
export function depthwiseConv2dFilterGradient(
  step: FilterGradient,
  joined: readonly Step[],
  lowering: Lowering,
): readonly Call[] {
  const { inputs, attributes } = step;
  const [next, ...others] = joined;
  const inputGradient = next?.op === "depthwiseConv2dInputGradient" ? next : undefined;
  if (isXception(attributes, lowering.shape(inputs.x), lowering.shape(inputs.dy)))
    return gradients3x3(step, inputGradient, others, lowering);
  const own = filterGradient(step, lowering);
  if (inputGradient === undefined) return own;
  return [...own, ...depthwiseConv2dInputGradient(inputGradient, others, lowering)];
}

export function depthwiseConv2dInputGradient(
  step: InputGradient,
  joined: readonly Step[],
  lowering: Lowering,
): readonly Call[] {
  const { inputs, outputs, attributes } = step;
  const { address, shape, scratch } = lowering;
  const [x, y] = [shape(outputs.dx), shape(inputs.dy)];
  if (isXception(attributes, x, y)) return gradients3x3(undefined, step, joined, lowering);
  const { perChunk, chunks } = lineChunks(x);
  const { args, target, calls } = joinedEpilogue(joined, outputs.dx, chunks, lowering);
  scratch(listNumbers(attributes) + mapSides(y)[3] + blockNumbers(mapSides(x)[3]));
  const ends = [address(inputs.dy), address(inputs.filter), target, perChunk];
  const all = [...windowArguments(attributes, x, y, 1), ...ends, ...args];
  return [{ kernel: "depthwiseConv2dInputGradient", chunks, args: all }, ...calls];
}

function filterGradient(
  { inputs, outputs, attributes }: FilterGradient,
  lowering: Lowering,
): readonly Call[] {
  const { address, operand, shape, size, scratch } = lowering;
  const [x, y] = [shape(inputs.x), shape(inputs.dy)];
  const { bandRows, bands, chunks, staged } = bandChunks(attributes, x, y);
  const result = { address: address(outputs.dfilter), count: size(outputs.dfilter) };
  const { partials, sums } = sumParts(result, chunks, lowering);
  scratch(listNumbers(attributes) + mapSides(y)[3] + staged);
  const ends = [address(inputs.dy), partials, bandRows, bands];
  const args = [...windowArguments(attributes, x, y, 1), ...operand(inputs.x), ...ends];
  return [{ kernel: "depthwiseConv2dFilterGradient", chunks, args }, ...sums];
}

/** Either gradient, or both. */
function gradients3x3(
  forFilter: FilterGradient | undefined,
  forInput: InputGradient | undefined,
  joined: readonly Step[],
  lowering: Lowering,
): readonly Call[] {
  const step = forFilter ?? forInput;
  if (step === undefined) return [];
  const { operand, optional, shape, scratch } = lowering;
  const y = shape(step.inputs.dy);
  const { perChunk, chunks } = lineChunks(y);
  const { mask, others } = maskOf(forFilter, joined);
  const dx = mask?.outputs.dx ?? forInput?.outputs.dx;
  const filter = sumFilter(forFilter, chunks, lowering);
  const after =
    dx === undefined
      ? { args: NO_EPILOGUE, target: 0, calls: [] }
      : joinedEpilogue(others, dx, chunks, lowering);
  scratch(
    2 * filterNumbers(y) + 2 * lineNumbers(y) + blockNumbers(mapSides(y)[3]) + ringNumbers(y),
  );
  const x = forFilter === undefined ? [0, 0, 0, 0] : operand(forFilter.inputs.x);
  const sources = [...x, ...operand(step.inputs.dy), optional(forInput?.inputs.filter)];
  const results = [filter.partials, after.target, Number(mask !== undefined), perChunk];
  const window = windowArguments(step.attributes, y, y, 1);
  const args = [...window, ...sources, ...results, ...after.args];
  return [{ kernel: "depthwise3x3Gradients", chunks, args }, ...filter.sums, ...after.calls];
}

const NO_EPILOGUE: readonly number[] = [0, 0, 0, 0, 0, 0, 0];

/** The ReLU that made `x`, whose mask can be taken from the line of `x` at hand. */
function maskOf(forFilter: FilterGradient | undefined, joined: readonly Step[]) {
  const [first, ...others] = joined;
  const isByX = first?.op === "activationGradient" && first.inputs.y === forFilter?.inputs.x;
  return isByX ? { mask: first, others } : { mask: undefined, others: joined };
}

function sumFilter(step: FilterGradient | undefined, chunks: number, lowering: Lowering) {
  if (step === undefined) return { partials: 0, sums: [] };
  const { dfilter } = step.outputs;
  const result = { address: lowering.address(dfilter), count: lowering.size(dfilter) };
  return sumParts(result, chunks, lowering);
}

/** 3x3, stride 1, a result as large as the map, one filter a channel. */
function isXception(
  { kernel, strides, dilation, padding }: WindowAttributes,
  x: Shape,
  y: Shape,
): boolean {
  const isThree = kernel.every((side) => side === 3);
  const isPlain = [...strides, ...dilation, ...padding].every((count) => count === 1);
  return isThree && isPlain && x.every((side, axis) => side === y[axis]);
}

/** Numbers of a list of taps, two each. */
const listNumbers = ({ kernel }: WindowAttributes) => 2 * kernel[0] * kernel[1];

/** As `kernels/depthwise3x3.ts` lays out its scratch memory, by groups of four channels. */
const filterNumbers = (shape: Shape) => 36 * Math.ceil(mapSides(shape)[3] / 4);

/** With one place more. */
function lineNumbers(shape: Shape): number {
  const [, , width, channels] = mapSides(shape);
  return 4 * Math.ceil(channels / 4) * (width + 1);
}

const ringNumbers = (shape: Shape) => 4 * lineNumbers(shape);
