import { add, mul, sub } from "../expression.ts";
import { optimizer } from "./optimizer.ts";

/** Gradient descent, with Keras' momentum where it is not 0: `m = momentum * m - rate * g; w += m`. */
export const sgd = optimizer({
  coefficients: { momentum: 0 },
  values: { change: sub(mul("old_momentum", "momentum"), mul("learningRate", "gradient")) },
  slots: { momentum: "change" },
  weight: add("weight", "change"),
  withoutMomentum: optimizer({
    coefficients: { momentum: 0 },
    weight: sub("weight", mul("learningRate", "gradient")),
  }),
});
