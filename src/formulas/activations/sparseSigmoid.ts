import { add, max, min, mul, select } from "../expression.ts";
import { activation } from "./activation.ts";

/** `(x + 1) / 2` between 0 and 1. */
export const sparseSigmoid = activation({
  value: min(max(mul(add("x", 1), 0.5), 0), 1),
  slope: select("y", 0, select(1, "y", 0.5, 0), 0),
});
