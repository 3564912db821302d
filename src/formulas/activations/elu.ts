import { add, expm1, select } from "../expression.ts";
import { activation } from "./activation.ts";

/** ELU with alpha 1 (Clevert et al. 2015), as in Keras. */
export const elu = activation({
  value: select("x", 0, "x", expm1("x")),
  slope: select("y", 0, 1, add("y", 1)),
});
