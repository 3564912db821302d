import { min, mul, select, sub } from "../expression.ts";
import { activation } from "./activation.ts";

/** Keras' layer `ReLU`. Without Keras' `max_value`, `maxValue` is the largest float32, 3.4028234663852886e38. */
export const reluLayer = activation({
  parameters: ["maxValue", "negativeSlope", "threshold"],
  value: select(
    "x",
    "threshold",
    min("x", "maxValue"),
    mul(sub("x", "threshold"), "negativeSlope"),
  ),
  slope: select("x", "threshold", select("maxValue", "x", 1, 0), "negativeSlope"),
});
