import { add, max, min, mul, select } from "../expression.ts";
import { activation } from "./activation.ts";

/** The hard sigmoid of Keras 1, Keras 2 and TensorFlow.js: `clip(0.2 x + 0.5, 0, 1)`. */
export const hardSigmoidKeras2 = activation({
  value: min(max(add(mul("x", 0.2), 0.5), 0), 1),
  slope: select("y", 0, select(1, "y", 0.2, 0), 0),
});
