import { abs, max, min, select, sub } from "../expression.ts";
import { activation } from "./activation.ts";

/** `x` moved towards 0 by 1/2 at most. */
export const softShrink = activation({
  value: sub("x", max(min("x", 0.5), -0.5)),
  slope: select(abs("y"), 0, 1, 0),
});
