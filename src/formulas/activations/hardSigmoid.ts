import { add, div, max, min, select } from "../expression.ts";
import { activation } from "./activation.ts";

/** The hard sigmoid of Keras 3: `relu6(x + 3) / 6`. */
export const hardSigmoid = activation({
  value: div(min(max(add("x", 3), 0), 6), 6),
  slope: select("y", 0, select(1, "y", 1 / 6, 0), 0),
});
