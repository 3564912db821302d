import { add, blend, div, exp, mul, oneMinusPower, sqrt, sub } from "../expression.ts";
import { optimizer } from "./optimizer.ts";

/** Keras' momentum of step `t` is `beta1 * (1 - DECAY^t / 2)`. */
export const DECAY = 0.96;
/**
 * The logarithm of the product of `1 - 0.96^i / 2` over all steps so far. The series of the logarithm turns it into a sum of
 * geometric series. 30 terms suffice, because each is less than half of the one before.
 */
const logarithm = Array.from({ length: 30 }, (_, index) => index + 1)
  .map((k) => mul(-((0.5 * DECAY) ** k) / (k * (1 - DECAY ** k)), oneMinusPower(DECAY ** k)))
  .reduce((sum, term) => add(sum, term));

/** Nadam (Dozat 2016) as in Keras: Adam with Nesterov momentum, which uses the momentum of the next step. */
export const nadam = optimizer({
  coefficients: { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  values: {
    now: mul("beta1", add(0.5, mul(0.5, oneMinusPower(DECAY)))),
    next: mul("beta1", add(1 - 0.5 * DECAY, mul(0.5 * DECAY, oneMinusPower(DECAY)))),
    product: mul(sub(1, oneMinusPower("beta1")), exp(logarithm)),
    ahead: div(mul("learningRate", "next"), sub(1, mul("product", "next"))),
    here: div(mul("learningRate", sub(1, "now")), sub(1, "product")),
    correction: oneMinusPower("beta2"),
    first: blend("old_momentum", "gradient", "beta1"),
    second: blend("old_velocity", mul("gradient", "gradient"), "beta2"),
  },
  slots: { momentum: "first", velocity: "second" },
  weight: sub(
    "weight",
    div(
      add(mul("first", "ahead"), mul("gradient", "here")),
      add(sqrt(div("second", "correction")), "epsilon"),
    ),
  ),
});
