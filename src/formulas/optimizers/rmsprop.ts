import { add, blend, div, mul, sqrt, sub } from "../expression.ts";
import { optimizer } from "./optimizer.ts";

/** RMSprop (Tieleman and Hinton 2012) as in Keras: `v = rho v + (1 - rho) g^2; w -= rate * g / sqrt(v + epsilon)`. */
export const rmsprop = optimizer({
  coefficients: { rho: 0.9, epsilon: 1e-7 },
  values: { size: blend("old_velocity", mul("gradient", "gradient"), "rho") },
  slots: { velocity: "size" },
  weight: sub("weight", div(mul("learningRate", "gradient"), sqrt(add("size", "epsilon")))),
});
