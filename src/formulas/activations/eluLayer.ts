import { add, expm1, mul, select } from "../expression.ts";
import { activation } from "./activation.ts";

/** ELU (Clevert et al. 2015) with the coefficient of Keras' layer, which must be 0 or more. */
export const eluLayer = activation({
  parameters: ["alpha"],
  value: select("x", 0, "x", mul(expm1("x"), "alpha")),
  slope: select("y", 0, 1, add("y", "alpha")),
});
