import { max, min, select } from "../expression.ts";
import { activation } from "./activation.ts";

/** `x` between -1 and 1. */
export const hardTanh = activation({
  value: max(min("x", 1), -1),
  slope: select("y", -1, select(1, "y", 1, 0), 0),
});
