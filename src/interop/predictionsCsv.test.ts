import { expect, test } from "vitest";
import { predictionsCsv } from "./predictionsCsv.ts";

test("each image has its row: index, true class, predicted class, and what the head says of each class", () => {
  const text = predictionsCsv({
    classes: ["T-shirt, top", "Bag"],
    labels: Uint8Array.of(1, 0),
    probabilities: Float32Array.of(0.25, 0.75, 0.1, 0.9),
  });
  expect(text.split("\r\n")).toEqual([
    'index,true,predicted,"T-shirt, top",Bag',
    "0,Bag,Bag,0.25,0.75",
    '1,"T-shirt, top",Bag,0.1,0.9',
    "",
  ]);
});
