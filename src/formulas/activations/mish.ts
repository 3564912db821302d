import { add, div, exp, min, mul, sub } from "../expression.ts";
import { activation } from "./activation.ts";

/** `exp(x)`, which needs no more than 20: both factors are 1 in float32 from there on. */
const power = exp(min("x", 20));
/** `tanh(log(1 + exp(x)))` without a logarithm. */
const square = mul(power, add(power, 2));
const bent = div(square, add(square, 2));

/** `x * tanh(softplus(x))` (Misra 2019). */
export const mish = activation({
  value: mul("x", bent),
  slope: add(bent, mul("x", mul(sub(1, mul(bent, bent)), div(power, add(1, power))))),
});
