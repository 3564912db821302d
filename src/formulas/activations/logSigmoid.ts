import { abs, exp, expm1, log1p, min, negate, sub } from "../expression.ts";
import { activation } from "./activation.ts";

/** The logarithm of the sigmoid. */
export const logSigmoid = activation({
  value: sub(min("x", 0), log1p(exp(negate(abs("x"))))),
  slope: negate(expm1("y")),
});
