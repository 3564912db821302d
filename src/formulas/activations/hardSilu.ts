import { add, div, max, min, mul, select } from "../expression.ts";
import { activation } from "./activation.ts";

/** Also called hard swish (Howard et al. 2019): `x * relu6(x + 3) / 6`. */
export const hardSilu = activation({
  value: mul("x", div(min(max(add("x", 3), 0), 6), 6)),
  slope: select("x", 3, 1, select("x", -3, add(div("x", 3), 0.5), 0)),
});
