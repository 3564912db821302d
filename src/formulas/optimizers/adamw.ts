import { add, div, mul, sqrt, sub } from "../expression.ts";
import { ADAM } from "./adam.ts";
import { optimizer } from "./optimizer.ts";

/**
 * Adam with decoupled weight decay, `w -= rate * decay * w` (Loshchilov and Hutter 2017), which comes first. It applies to
 * every weight, as in Keras.
 */
export const adamw = optimizer({
  ...ADAM,
  coefficients: { ...ADAM.coefficients, weightDecay: 0.004 },
  weight: sub(
    sub("weight", mul("weight", mul("learningRate", "weightDecay"))),
    div(mul("first", "rate"), add(sqrt("second"), "epsilon")),
  ),
});
