import { mul, sub, tanh } from "../expression.ts";
import { activation } from "./activation.ts";

export const hyperbolicTangent = activation({
  value: tanh("x"),
  slope: sub(1, mul("y", "y")),
});
