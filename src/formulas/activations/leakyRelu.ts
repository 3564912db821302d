import { mul, select } from "../expression.ts";
import { activation } from "./activation.ts";

/** Maas et al. 2013. The slope must be 0 or more, as Keras asks, so that the output tells where the input was negative. */
export const leakyRelu = activation({
  parameters: ["negativeSlope"],
  value: select("x", 0, "x", mul("x", "negativeSlope")),
  slope: select("y", 0, 1, "negativeSlope"),
});
