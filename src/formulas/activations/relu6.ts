import { max, min, select } from "../expression.ts";
import { activation } from "./activation.ts";

export const relu6 = activation({
  value: min(max("x", 0), 6),
  slope: select("y", 0, select(6, "y", 1, 0), 0),
});
