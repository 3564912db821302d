/** Steps whose output is never stored: the operand that stands for it, and the calls that compute its coefficients. */
import { rowSides } from "../../../core/shape.ts";
import { activationKind } from "../../../formulas/activations/registry.ts";
import type { StepOf } from "../../../plan/step.ts";
import { fusedOperand } from "../formulaKernels.ts";
import type { Call } from "../kernelCalls.ts";
import type { Lowering, Operand } from "./lowering.ts";

export interface InlineOperand {
  readonly operand: Operand;
  readonly calls: readonly Call[];
}

export function inlineNormalize(
  { inputs, attributes: { epsilon } }: StepOf<"normalize">,
  { address, optional, shape, kept }: Lowering,
): InlineOperand {
  const [, channels] = rowSides(shape(inputs.x));
  const coefficients = kept(3 * channels);
  const [mean, variance] = [address(inputs.mean), address(inputs.variance)];
  const [gamma, beta] = [optional(inputs.gamma), optional(inputs.beta)];
  const call = { channels, mean, variance, gamma, beta, epsilon, coefficients };
  return {
    operand: { kind: "normalized", source: address(inputs.x), second: 0, coefficients },
    calls: [{ kernel: "normalizationCoefficients", chunks: 1, arguments: call }],
  };
}

/** An activation of a tensor in memory, or of a normalisation that is itself computed while it is loaded. */
export function inlineActivation(
  { inputs, attributes }: StepOf<"activation">,
  { operand }: Lowering,
): InlineOperand {
  const x = operand(inputs.x);
  const kind = fusedOperand(activationKind(attributes.activation), x.kind === "normalized");
  return { operand: { ...x, kind }, calls: [] };
}

export function inlineNormalizationGradient(
  { inputs, attributes: { epsilon } }: StepOf<"normalizationGradient">,
  { address, optional, shape, kept }: Lowering,
): InlineOperand {
  const [rows, channels] = rowSides(shape(inputs.x));
  const coefficients = kept(4 * channels);
  const [mean, variance] = [address(inputs.mean), address(inputs.variance)];
  const [sumDy, sumDyXhat] = [address(inputs.sumDy), address(inputs.sumDyXhat)];
  const statistics = { mean, variance, gamma: optional(inputs.gamma), sumDy, sumDyXhat };
  const call = { channels, ...statistics, epsilon, rows, coefficients };
  const [source, second] = [address(inputs.dy), address(inputs.x)];
  return {
    operand: { kind: "normalizationGradient", source, second, coefficients },
    calls: [{ kernel: "normalizationGradientCoefficients", chunks: 1, arguments: call }],
  };
}
