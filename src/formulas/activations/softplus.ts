import { abs, add, exp, expm1, log1p, max, negate } from "../expression.ts";
import { activation } from "./activation.ts";

/** `log(1 + exp(x))`, computed so that the exponential does not overflow. */
export const softplus = activation({
  value: add(max("x", 0), log1p(exp(negate(abs("x"))))),
  slope: negate(expm1(negate("y"))),
});
