import { add, blend, div, mul, sqrt, sub } from "../expression.ts";
import { optimizer } from "./optimizer.ts";

/** Adadelta (Zeiler 2012, algorithm 1) as in Keras, which multiplies the paper's change by a learning rate. */
export const adadelta = optimizer({
  coefficients: { rho: 0.95, epsilon: 1e-7 },
  values: {
    size: blend("old_accumulated_grad", mul("gradient", "gradient"), "rho"),
    change: div(
      mul("gradient", sqrt(add("old_accumulated_delta_var", "epsilon"))),
      sqrt(add("size", "epsilon")),
    ),
  },
  slots: {
    accumulated_grad: "size",
    accumulated_delta_var: blend("old_accumulated_delta_var", mul("change", "change"), "rho"),
  },
  weight: sub("weight", mul("change", "learningRate")),
});
