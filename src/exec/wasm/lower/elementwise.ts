/** Activations, sums, dropout. What a step may write over, its kernel reads first. */
import { rowSides } from "../../../core/shape.ts";
import type { Step, StepOf } from "../../../plan/step.ts";
import { blockNumbers, numberChunks, rowChunks } from "./chunks.ts";
import { inlineActivation } from "./inline.ts";
import { joinedEpilogue } from "./joined.ts";
import { type Call, f32, type Lower, type Lowering } from "./lowering.ts";
import { normalizationSums } from "./normalization.ts";
import { storeRows } from "./storeRows.ts";

export const activation: Lower<"activation"> = (step, lowering) => {
  const { inputs, outputs, attributes } = step;
  const { address, operand, size } = lowering;
  const y = address(outputs.y);
  if (attributes.activation === "relu") {
    const { operand: rectified, calls } = inlineActivation(step, lowering);
    return [...calls, storeRows(rectified, outputs.y, lowering)];
  }
  const x = operand(inputs.x);
  const [kind, source] = x;
  const { perChunk, chunks } = numberChunks(size(outputs.y));
  const elu = (from: number): Call => ({
    kernel: "elu",
    chunks,
    args: [from, y, size(outputs.y), perChunk],
  });
  return kind === 0 ? [elu(source)] : [storeRows(x, outputs.y, lowering), elu(y)];
};

export function activationGradient(
  { inputs, outputs, attributes }: StepOf<"activationGradient">,
  joined: readonly Step[],
  lowering: Lowering,
): readonly Call[] {
  const { address, operand, shape, size, scratch } = lowering;
  if (attributes.activation === "elu") {
    const { perChunk, chunks } = numberChunks(size(outputs.dx));
    const ends = [address(inputs.dy), address(inputs.y), address(outputs.dx)];
    const args = [...ends, size(outputs.dx), perChunk];
    const sums = joined.flatMap((next) =>
      next.op === "normalizationSums" ? normalizationSums(next, lowering) : [],
    );
    return [{ kernel: "eluGradient", chunks, args }, ...sums];
  }
  const [rows, channels] = rowSides(shape(outputs.dx));
  const { perChunk, chunks } = rowChunks(rows, channels);
  const { args: epilogue, target, calls } = joinedEpilogue(joined, outputs.dx, chunks, lowering);
  scratch(2 * blockNumbers(channels));
  const ends = [address(inputs.dy), ...operand(inputs.y), target];
  const args = [...ends, rows, channels, perChunk, ...epilogue];
  return [{ kernel: "reluGradient", chunks, args }, ...calls];
}

/** Terms that fit the arguments of one call. */
const MOST_TERMS = 11;

/** More terms than one call takes gather beside the result, since that may lie where a term does. */
export function add(
  { inputs, outputs }: StepOf<"add">,
  joined: readonly Step[],
  lowering: Lowering,
): readonly Call[] {
  const { operand, shape, size, scratch, shared } = lowering;
  const [rows, channels] = rowSides(shape(outputs.y));
  const { perChunk, chunks } = rowChunks(rows, channels);
  scratch(2 * blockNumbers(channels));
  const sum = (terms: readonly number[], into: number, epilogue: readonly number[]): Call => {
    const args = [rows, channels, into, perChunk, terms.length / 4, ...epilogue, ...terms];
    return { kernel: "addTerms", chunks, args };
  };
  const { args, target, calls } = joinedEpilogue(joined, outputs.y, chunks, lowering);
  const none = args.map(() => 0);
  const partial = inputs.terms.length > MOST_TERMS ? shared(size(outputs.y)) : 0;
  const before: Call[] = [];
  let terms = inputs.terms.map(operand);
  while (terms.length > MOST_TERMS) {
    before.push(sum(terms.slice(0, MOST_TERMS).flat(), partial, none));
    terms = [[0, partial, 0, 0], ...terms.slice(MOST_TERMS)];
  }
  return [...before, sum(terms.flat(), target, args), ...calls];
}

export const dropout: Lower<"dropout"> = ({ inputs, outputs, attributes }, lowering) => [
  mask(inputs.x, outputs.y, { ...attributes, step: inputs.step }, lowering),
];

export const dropoutGradient: Lower<"dropoutGradient"> = (
  { inputs, outputs, attributes },
  lowering,
) => [mask(inputs.dy, outputs.dx, { ...attributes, step: inputs.step }, lowering)];

function mask(
  from: number,
  to: number,
  { seed, rate, step }: { readonly seed: number; readonly rate: number; readonly step: number },
  { address, size }: Lowering,
): Call {
  const { perChunk, chunks } = numberChunks(size(to));
  // Whole bits reach `rate * 2^32` where they reach the whole number above it.
  const limit = Math.min(2 ** 32 - 1, Math.ceil(rate * 2 ** 32));
  const ends = [address(from), address(to), size(to), address(step)];
  const args = [...ends, seed, limit, f32(1 / (1 - rate)), perChunk];
  return { kernel: "dropout", chunks, args };
}
