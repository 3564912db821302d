import { max, select } from "../expression.ts";
import { activation } from "./activation.ts";

export const relu = activation({ value: max("x", 0), slope: select("y", 0, 1, 0), fused: true });
