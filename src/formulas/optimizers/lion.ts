import { blend, mul, sign, sub } from "../expression.ts";
import { optimizer } from "./optimizer.ts";

/** Lion (Chen et al. 2023): every weight takes a step of the same length. */
export const lion = optimizer({
  coefficients: { beta1: 0.9, beta2: 0.99 },
  values: { direction: sign(blend("old_momentum", "gradient", "beta1")) },
  slots: { momentum: blend("old_momentum", "gradient", "beta2") },
  weight: sub("weight", mul("direction", "learningRate")),
});
