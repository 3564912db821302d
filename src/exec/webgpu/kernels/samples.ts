/**
 * Computes single values of a kernel's result in float64, by other formulas than the kernel's. `probeKernels.ts` compares them
 * with what the device computes. It depends on no device and no variant.
 */
import type { Operand, ReadNumber, Sample, Tensor } from "../dispatch.ts";

export function tensorsOf(operand: Operand): readonly Tensor[] {
  switch (operand.kind) {
    case "stored":
    case "relu":
      return [operand.source];
    case "normalized":
    case "normalizedRelu":
      return [operand.source, operand.coefficients];
    case "normalizationGradient":
      return [operand.source, operand.x, operand.coefficients];
  }
}

/** Returns a value of an operand; `shader.ts` defines operands. */
export function readOperand(operand: Operand, at: number, read: ReadNumber): number {
  const value = read(operand.source, at);
  if (!("coefficients" in operand)) return operand.kind === "relu" ? Math.max(value, 0) : value;
  const { channels, coefficients } = operand;
  const of = (index: number) => read(coefficients, index * channels + (at % channels));
  if (operand.kind === "normalizationGradient")
    return value * of(1) + (read(operand.x, at) - of(0)) * of(2) + of(3);
  const normalized = (value - of(0)) * of(1) + of(2);
  return operand.kind === "normalized" ? normalized : Math.max(normalized, 0);
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

/** @returns the sample after ReLU's mask; undefined when rounding decides whether the mask lets it pass */
export function maskedSample(
  sample: Sample,
  mask: Operand | undefined,
  read: ReadNumber,
): Sample | undefined {
  if (mask === undefined) return sample;
  const masking = readOperand(mask, sample.at, read);
  const isUnsure = mask.kind !== "stored" && Math.abs(masking) < NEAR_ZERO && masking !== 0;
  if (isUnsure) return undefined;
  return masking > 0 ? sample : { ...sample, value: 0 };
}
