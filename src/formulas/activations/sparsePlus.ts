import { add, max, min, mul, sub } from "../expression.ts";
import { activation } from "./activation.ts";

/** The slope: 0 up to -1, 1 from 1 on. */
const slope = min(max(mul(add("x", 1), 0.5), 0), 1);

/** 0 up to -1, `((x + 1) / 2)^2` up to 1, then `x`. */
export const sparsePlus = activation({
  value: add(mul(slope, slope), max(sub("x", 1), 0)),
  slope,
});
