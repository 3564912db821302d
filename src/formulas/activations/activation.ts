/** What an activation is: a function of one number, with its slope, as expressions. */
import { type Expression, namesIn } from "../expression.ts";

/** Keras' words for the numbers that activations take. */
export type ActivationParameter = "negativeSlope" | "maxValue" | "threshold";

export interface ActivationFormula<P extends ActivationParameter = ActivationParameter> {
  readonly parameters: readonly P[];
  /** Of `x` and the parameters. */
  readonly value: Expression;
  /** The derivative with respect to `x`, of either `x` or the value `y`, and the parameters. */
  readonly slope: Expression;
  /**
   * True where the kernels of convolutions, sums and pools know this activation themselves: they compute it while they
   * load a map and lay its slope on a gradient as a mask, `y > 0`. Only ReLU is cheap enough.
   */
  readonly fused: boolean;
}

/** Checks the names in the expressions. */
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

/** Whether the gradient needs the activation's input; otherwise its output is enough, and the input can go. */
export function needsInput({ slope }: ActivationFormula): boolean {
  return namesIn(slope).has("x");
}
