import { abs, select } from "../expression.ts";
import { activation } from "./activation.ts";

/** `x` where it is farther from 0 than 1/2, otherwise 0. */
export const hardShrink = activation({
  value: select(abs("x"), 0.5, "x", 0),
  slope: select(abs("y"), 0, 1, 0),
});
