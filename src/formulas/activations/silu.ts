import { add, div, exp, mul, negate, sub } from "../expression.ts";
import { activation } from "./activation.ts";

const sigmoid = div(1, add(1, exp(negate("x"))));

/** Also called swish (Ramachandran et al. 2017): `x * sigmoid(x)`. */
export const silu = activation({
  value: mul("x", sigmoid),
  slope: mul(sigmoid, add(1, mul("x", sub(1, sigmoid)))),
});
