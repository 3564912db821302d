/**
 * Computes single values of a kernel's result in float64, by other formulas than the kernel's. `probeKernels.ts` compares them
 * with what the device computes. It depends on no device and no variant.
 */
import type { ElementwiseActivation } from "../../../formulas/activations/registry.ts";
import { arithmetic, type Expression } from "../../../formulas/expression.ts";
import type { Mask, Operand, ReadNumber, Sample } from "../dispatch.ts";
import { activationExpressions } from "../formula.ts";

/** Returns a function that reads a value of an operand; `shader.ts` defines operands. */
export function operandReader(operand: Operand): (at: number, read: ReadNumber) => number {
  const activate = inFloat64(operand.activation, "value");
  return (at, read) => {
    const value = read(operand.source, at);
    if (operand.kind === "stored") return activate(value);
    const { channels, coefficients } = operand;
    const of = (index: number) => read(coefficients, index * channels + (at % channels));
    return operand.kind === "normalized"
      ? activate((value - of(0)) * of(1) + of(2))
      : value * of(1) + (read(operand.x, at) - of(0)) * of(2) + of(3);
  };
}

/** The value or the derivative of an activation in float64; without an activation its input. */
function inFloat64(
  activation: ElementwiseActivation | undefined,
  what: "value" | "slope",
): (x: number) => number {
  if (activation === undefined) return (x) => x;
  const numbers = arithmetic(Number.NaN);
  const visit = (part: Expression): ((x: number) => number) => {
    if (typeof part === "number") return () => part;
    if (typeof part === "string") return (x) => x;
    const [operation, operands] = [numbers[part.op], part.of.map(visit)];
    return (x) => operation(...operands.map((operand) => operand(x)));
  };
  return visit(activationExpressions(activation)[what]);
}

/** Sums products of two factors. Either factor may be beyond a border. */
export function sumOfTerms(
  from: number,
  to: number,
  left: (term: number) => number | undefined,
  right: (term: number) => number,
): { readonly value: number; readonly size: number } {
  let value = 0;
  let size = 0;
  for (let term = from; term < to; term += 1) {
    const factor = left(term);
    if (factor === undefined) continue;
    const product = factor * right(term);
    value += product;
    size += Math.abs(product);
  }
  return { value, size };
}

/** Below this, float32 may round a value that is computed while loading to the other side of zero. */
const NEAR_ZERO = 1e-4;

/** Applies a mask to samples. The result is undefined when rounding decides whether the mask lets a sample pass. */
export function maskedSamples(
  mask: Mask | undefined,
): (sample: Sample, read: ReadNumber) => Sample | undefined {
  if (mask === undefined) return (sample) => sample;
  const [readMask, slope] = [operandReader(mask.y), inFloat64(mask.activation, "slope")];
  const isStored = mask.y.kind === "stored" && mask.y.activation === undefined;
  return (sample, read) => {
    const y = readMask(sample.at, read);
    const isUnsure = !isStored && y !== 0 && slope(y - NEAR_ZERO) !== slope(y + NEAR_ZERO);
    return isUnsure ? undefined : { ...sample, value: sample.value * slope(y) };
  };
}
