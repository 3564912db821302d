import { add, div, mul, sqrt, sub } from "../expression.ts";
import { optimizer } from "./optimizer.ts";

/** Keras' `initial_accumulator_value`. Vectors start from 0 here, so it is added wherever the sum of squares is read. */
const INITIAL = 0.1;

/** Adagrad (Duchi et al. 2011) as in Keras: `a += g^2; w -= rate * g / sqrt(a + epsilon)`. */
export const adagrad = optimizer({
  coefficients: { epsilon: 1e-7 },
  values: { size: add("old_accumulator", mul("gradient", "gradient")) },
  slots: { accumulator: "size" },
  weight: sub(
    "weight",
    div(mul("learningRate", "gradient"), sqrt(add(add("size", INITIAL), "epsilon"))),
  ),
});
