import { abs, add, div, type Expression, exp, mul, select, sub } from "../expression.ts";
import { activation } from "./activation.ts";

/** `1 / (1 + |z| / 2)` with `z = x / sqrt(2)`. */
const t = div(1, add(1, mul(abs("x"), 0.5 * Math.SQRT1_2)));
const [lead = 0, ...others] = [
  0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196,
  1.00002368, -1.26551223,
];
const polynomial = others.reduce<Expression<"x">>((sum, each) => add(mul(sum, t), each), lead);
/**
 * The complementary error function at `|z|`, with a relative error below 1.2e-7 (Press et al., Numerical Recipes in C, 2nd
 * edition, section 6.2).
 */
const tail = mul(t, exp(add(mul(mul("x", "x"), -0.5), polynomial)));
/** The cumulative distribution function of the normal distribution at `x`. */
const share = select("x", 0, sub(1, mul(tail, 0.5)), mul(tail, 0.5));
const density = mul(exp(mul(mul("x", "x"), -0.5)), 1 / Math.sqrt(2 * Math.PI));

/** GELU with the error function (Hendrycks and Gimpel 2016), which is Keras' `gelu` by default. */
export const gelu = activation({
  value: mul("x", share),
  slope: add(share, mul("x", density)),
});
