import { add, div, mul, sqrt } from "../expression.ts";
import { activation } from "./activation.ts";

/** `(x + sqrt(x^2 + 4)) / 2` (Barron 2021), with Keras' default of 4. */
export const squareplus = activation({
  value: mul(add("x", sqrt(add(mul("x", "x"), 4))), 0.5),
  slope: mul(add(1, div("x", sqrt(add(mul("x", "x"), 4)))), 0.5),
});
