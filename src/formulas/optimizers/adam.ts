import { add, blend, div, mul, oneMinusPower, sqrt, sub } from "../expression.ts";
import { optimizer } from "./optimizer.ts";

/**
 * Moving averages of the gradient and its square, and the learning rate with the bias correction for averages that start from
 * 0.
 */
export const ADAM = {
  coefficients: { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  values: {
    rate: div(mul("learningRate", sqrt(oneMinusPower("beta2"))), oneMinusPower("beta1")),
    first: blend("old_momentum", "gradient", "beta1"),
    second: blend("old_velocity", mul("gradient", "gradient"), "beta2"),
  },
  slots: { momentum: "first", velocity: "second" },
} as const;

/**
 * Adam in Keras' form (Kingma and Ba 2014, the variant before section 2.1 with epsilon outside the correction):
 * `w -= rate * sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(v) + epsilon)`.
 */
export const adam = optimizer({
  ...ADAM,
  weight: sub("weight", div(mul("first", "rate"), add(sqrt("second"), "epsilon"))),
});
