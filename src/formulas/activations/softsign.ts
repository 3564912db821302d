import { abs, add, div, mul, sub } from "../expression.ts";
import { activation } from "./activation.ts";

/** `x / (1 + |x|)` (Turian et al. 2009). */
export const softsign = activation({
  value: div("x", add(1, abs("x"))),
  slope: mul(sub(1, abs("y")), sub(1, abs("y"))),
});
