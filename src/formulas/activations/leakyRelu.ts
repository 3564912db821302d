import { mul, select } from "../expression.ts";
import { activation } from "./activation.ts";

/**
 * Leaky ReLU (Maas et al. 2013). The slope must be 0 or more, as Keras requires, so that the output shows where the input was
 * negative.
 */
export const leakyRelu = activation({
  parameters: ["negativeSlope"],
  value: select("x", 0, "x", mul("x", "negativeSlope")),
  slope: select("y", 0, 1, "negativeSlope"),
});
