import { abs, add, blend, div, max, mul, oneMinusPower, sub } from "../expression.ts";
import { optimizer } from "./optimizer.ts";

/**
 * Adamax (Kingma and Ba 2014, section 7.1): Adam with a decaying maximum of the gradients in place of the average of their
 * squares.
 */
export const adamax = optimizer({
  coefficients: { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  values: {
    rate: div("learningRate", oneMinusPower("beta1")),
    first: blend("old_m", "gradient", "beta1"),
    largest: max(mul("old_u", "beta2"), abs("gradient")),
  },
  slots: { m: "first", u: "largest" },
  weight: sub("weight", div(mul("first", "rate"), add("largest", "epsilon"))),
});
