import { add, mul, sub } from "../expression.ts";
import { optimizer } from "./optimizer.ts";

/** Gradient descent with Nesterov's momentum, as in Keras: `m = momentum * m - rate * g; w += momentum * m - rate * g`. */
export const nesterov = optimizer({
  coefficients: { momentum: 0.9 },
  values: {
    descent: mul("learningRate", "gradient"),
    change: sub(mul("old_momentum", "momentum"), "descent"),
  },
  slots: { momentum: "change" },
  weight: add("weight", sub(mul("change", "momentum"), "descent")),
});
