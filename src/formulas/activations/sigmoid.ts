import { add, div, exp, mul, negate, sub } from "../expression.ts";
import { activation } from "./activation.ts";

export const sigmoid = activation({
  value: div(1, add(1, exp(negate("x")))),
  slope: mul("y", sub(1, "y")),
});
