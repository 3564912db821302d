/** Defines an activation: a function of one number and its derivative, as expressions. */
import { type Expression, namesIn } from "../expression.ts";

/** Keras' names of the parameters that activations take. */
export type ActivationParameter = "negativeSlope" | "maxValue" | "threshold" | "alpha";

export interface ActivationFormula<P extends ActivationParameter = ActivationParameter> {
  readonly parameters: readonly P[];
  /** An expression of `x` and the parameters. */
  readonly value: Expression;
  /** The derivative with respect to `x`, as an expression of the parameters and either `x` or the value `y`. */
  readonly slope: Expression;
  /**
   * True if the kernels of convolutions, sums and pools compute this activation themselves: they apply it while they load a
   * map, and its derivative when they write a gradient. The derivative must be 0 or 1. Only ReLU is cheap enough.
   */
  readonly fused: boolean;
}

/** Lets the compiler check the names in the expressions. */
export function activation<P extends ActivationParameter = never>(
  formula: Omit<ActivationFormula<P>, "parameters" | "value" | "slope" | "fused"> & {
    readonly parameters?: readonly P[];
    readonly value: Expression<NoInfer<P> | "x">;
    readonly slope: Expression<NoInfer<P> | "x"> | Expression<NoInfer<P> | "y">;
    readonly fused?: true;
  },
): ActivationFormula<P> {
  return { parameters: [], fused: false, ...formula };
}

/** Whether the gradient needs the activation's input. Otherwise its output suffices, and the input need not be kept. */
export function needsInput({ slope }: ActivationFormula): boolean {
  return namesIn(slope).has("x");
}
