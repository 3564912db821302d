/**
 * Lowers activations, sums, products and dropout. A result may share its memory with an input, because kernels read a value before they
 * write it.
 */
import {
  activationFormula,
  activationKind,
  activationParameters,
  type ElementwiseActivation,
} from "../../../formulas/activations/registry.ts";
import type { BufferId } from "../../../plan/buffers.ts";
import { slopeName, valueName } from "../formulaKernels.ts";
import type { Call, RecordValues } from "../kernelCalls.ts";
import { roomForList } from "../recordLayout.ts";
import { blockNumbers, numberChunks, rowChunks } from "./chunks.ts";
import { inlineActivation } from "./inline.ts";
import { joinedEpilogue, NO_EPILOGUE } from "./joined.ts";
import { type Lower, type Lowering, type Operand, stored } from "./lowering.ts";
import { normalizationSums } from "./normalization.ts";
import { storeRows } from "./storeRows.ts";

export const activation: Lower<"activation"> = (step, lowering) => {
  const { inputs, outputs, attributes } = step;
  const { address, operand, size } = lowering;
  const y = address(outputs.y);
  if (activationFormula(attributes.activation).fused) {
    const { operand: activated, calls } = inlineActivation(step, lowering);
    return [...calls, storeRows(activated, outputs.y, lowering)];
  }
  const input = operand(inputs.x);
  const kernel = valueName(activationKind(attributes.activation));
  const parameters = Object.values(activationParameters(attributes.activation));
  const { numbers, chunks } = numberChunks(size(outputs.y));
  const value = (x: number): Call => ({ kernel, chunks, arguments: { x, y, numbers, parameters } });
  return input.kind === "plain"
    ? [value(input.source)]
    : [storeRows(input, outputs.y, lowering), value(y)];
};

export const activationGradient: Lower<"activationGradient"> = (
  { inputs, outputs, attributes },
  lowering,
  joined,
) => {
  const { address, operand, shape, scratch } = lowering;
  const dy = address(inputs.dy);
  if (!activationFormula(attributes.activation).fused) {
    const slope = multiplySlope(attributes.activation, dy, address(inputs.y), outputs.dx, lowering);
    const sums = joined.flatMap((next) =>
      next.op === "normalizationSums" ? normalizationSums(next, lowering, []) : [],
    );
    return [slope, ...sums];
  }
  const { rows, chunks } = rowChunks(shape(outputs.dx));
  const { epilogue, target, calls } = joinedEpilogue(joined, outputs.dx, chunks, lowering);
  scratch(2 * blockNumbers(rows.channels));
  const kind = activationKind(attributes.activation);
  const call = { dy, y: operand(inputs.y), activation: kind, dx: target, rows, epilogue };
  return [{ kernel: "maskedGradient", chunks, arguments: call }, ...calls];
};

export const activationGradientFromInput: Lower<"activationGradientFromInput"> = (
  { inputs, outputs, attributes },
  lowering,
) => {
  const [dy, x] = [lowering.address(inputs.dy), lowering.address(inputs.x)];
  return [multiplySlope(attributes.activation, dy, x, outputs.dx, lowering)];
};

function multiplySlope(
  activation: ElementwiseActivation,
  dy: number,
  from: number,
  dx: BufferId,
  { address, size }: Lowering,
): Call {
  const { numbers, chunks } = numberChunks(size(dx));
  const parameters = Object.values(activationParameters(activation));
  const call = { dy, from, dx: address(dx), numbers, parameters };
  return { kernel: slopeName(activationKind(activation)), chunks, arguments: call };
}

export const multiply: Lower<"multiply"> = ({ inputs, outputs }, { address, size }) => {
  const { numbers, chunks } = numberChunks(size(outputs.y));
  const [x, factor] = [address(inputs.x), address(inputs.factor)];
  const call = { x, factor, y: address(outputs.y), numbers };
  return [{ kernel: "multiply", chunks, arguments: call }];
};

const MOST_TERMS = roomForList("addTerms");

/**
 * If there are more terms than one call takes, they are summed in separate memory, because the result may share its memory with
 * a term.
 */
export const add: Lower<"add"> = ({ inputs, outputs }, lowering, joined) => {
  const { operand, shape, size, scratch, shared } = lowering;
  const { rows, chunks } = rowChunks(shape(outputs.y));
  scratch(2 * blockNumbers(rows.channels));
  const sum = (
    terms: readonly Operand[],
    result: number,
    epilogue: RecordValues<"gradientEpilogue">,
  ): Call => {
    const call = { rows, result, numTerms: terms.length, epilogue, terms };
    return { kernel: "addTerms", chunks, arguments: call };
  };
  const { epilogue, target, calls } = joinedEpilogue(joined, outputs.y, chunks, lowering);
  const partial = inputs.terms.length > MOST_TERMS ? shared(size(outputs.y)) : 0;
  const before: Call[] = [];
  let terms = inputs.terms.map(operand);
  while (terms.length > MOST_TERMS) {
    before.push(sum(terms.slice(0, MOST_TERMS), partial, NO_EPILOGUE));
    terms = [stored(partial), ...terms.slice(MOST_TERMS)];
  }
  return [...before, sum(terms, target, epilogue), ...calls];
};

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
  const { numbers, chunks } = numberChunks(size(to));
  // Random numbers are integers, so comparing with `rate * 2^32` is the same as comparing with that number rounded up.
  const limit = Math.min(2 ** 32 - 1, Math.ceil(rate * 2 ** 32));
  const call = {
    ...{ from: address(from), to: address(to), numbers, step: address(step) },
    ...{ seed, limit, factor: 1 / (1 - rate) },
  };
  return { kernel: "dropout", chunks, arguments: call };
}
