import { add, expm1, mul, select } from "../expression.ts";
import { activation } from "./activation.ts";

const ALPHA = 1.6732632423543772;
const SCALE = 1.0507009873554805;

/** SELU (Klambauer et al. 2017). */
export const selu = activation({
  value: select("x", 0, mul("x", SCALE), mul(expm1("x"), SCALE * ALPHA)),
  slope: select("y", 0, SCALE, add("y", SCALE * ALPHA)),
});
