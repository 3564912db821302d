import { add, mul, sub, tanh } from "../expression.ts";
import { activation } from "./activation.ts";

const SCALE = Math.sqrt(2 / Math.PI);
const square = mul("x", "x");
const bend = tanh(mul("x", add(SCALE, mul(square, SCALE * 0.044715))));
const share = mul(add(1, bend), 0.5);

/** GELU approximated with tanh: Keras' `gelu` with `approximate=True`. */
export const geluTanh = activation({
  value: mul("x", share),
  slope: add(
    share,
    mul(mul("x", 0.5), mul(sub(1, mul(bend, bend)), add(SCALE, mul(square, 3 * SCALE * 0.044715)))),
  ),
});
