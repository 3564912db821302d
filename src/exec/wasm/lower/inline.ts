/** Steps that are never stored: the four arguments that stand for their output, and the coefficients these name. */
import { rowSides } from "../../../core/shape.ts";
import type { StepOf } from "../../../plan/step.ts";
import { type Call, f32, type Lowering, type OperandArguments } from "./lowering.ts";

/** Kinds of `kernels/shared/operand.ts`. */
const RELU = 1;
const NORMALIZED = 2;
const NORMALIZED_RELU = 3;
const NORMALIZATION_GRADIENT = 4;

export interface InlineOperand {
  readonly operand: OperandArguments;
  readonly calls: readonly Call[];
}

export function inlineNormalize(
  { inputs, attributes }: StepOf<"normalize">,
  { address, optional, shape, kept }: Lowering,
): InlineOperand {
  const [, channels] = rowSides(shape(inputs.x));
  const coefficients = kept(3 * channels);
  const statistics = [address(inputs.mean), address(inputs.variance)];
  const given = [optional(inputs.gamma), optional(inputs.beta), f32(attributes.epsilon)];
  const args = [channels, ...statistics, ...given, coefficients];
  return {
    operand: [NORMALIZED, address(inputs.x), 0, coefficients],
    calls: [{ kernel: "normalizationCoefficients", chunks: 1, args }],
  };
}

/** ReLU, of what is stored or of a normalisation that is not. */
export function inlineActivation(
  { inputs }: StepOf<"activation">,
  { operand }: Lowering,
): InlineOperand {
  const [kind, ...sources] = operand(inputs.x);
  return { operand: [kind === NORMALIZED ? NORMALIZED_RELU : RELU, ...sources], calls: [] };
}

export function inlineNormalizationGradient(
  { inputs, attributes }: StepOf<"normalizationGradient">,
  { address, optional, shape, kept }: Lowering,
): InlineOperand {
  const [rows, channels] = rowSides(shape(inputs.x));
  const coefficients = kept(4 * channels);
  const statistics = [address(inputs.mean), address(inputs.variance), optional(inputs.gamma)];
  const sums = [address(inputs.sumDy), address(inputs.sumDyXhat)];
  const args = [channels, ...statistics, ...sums, f32(attributes.epsilon), rows, coefficients];
  return {
    operand: [NORMALIZATION_GRADIENT, address(inputs.dy), address(inputs.x), coefficients],
    calls: [{ kernel: "normalizationGradientCoefficients", chunks: 1, args }],
  };
}
