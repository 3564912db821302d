import { mul, sub, tanh } from "../expression.ts";
import { activation } from "./activation.ts";

/** `x - tanh(x)` */
export const tanhShrink = activation({
  value: sub("x", tanh("x")),
  slope: mul(tanh("x"), tanh("x")),
});
