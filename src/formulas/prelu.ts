/** PReLU (He et al. 2015), whose slope `alpha` is a trained weight. `x` is the input, `dy` the gradient of the output. */
import { min, mul, select } from "./expression.ts";

/** Keyed by the operation that computes the expression. The gradients are 0 where `x` is 0, as in Keras. */
export const PRELU = {
  prelu: select("x", 0, "x", mul("x", "alpha")),
  preluInputGradient: mul("dy", select("x", 0, 1, select(0, "x", "alpha", 0))),
  /** The gradient of `alpha` is the sum of these over all elements that share it. */
  preluAlphaTerms: mul("dy", min("x", 0)),
};

export type PreluOperation = keyof typeof PRELU;
