import { exp } from "../expression.ts";
import { activation } from "./activation.ts";

export const exponential = activation({
  value: exp("x"),
  slope: "y",
});
