import { expect, test } from "vitest";
import { predictionsCsv } from "./predictionsCsv.ts";

test("each image has its row: index, true class, predicted class, and what the head says of each class", () => {
  const text = predictionsCsv({
    classes: ["T-shirt, top", "Bag"],
    labels: [1, 0],
    probabilities: [Float32Array.of(0.25, 0.75), Float32Array.of(0.1, 0.9)],
  });
  expect(text.split("\r\n")).toEqual([
    'index,true,predicted,"T-shirt, top",Bag',
    "0,Bag,Bag,0.25,0.75",
    '1,"T-shirt, top",Bag,0.1,0.9',
    "",
  ]);
});

test("a head with fewer outputs than there are classes has as many columns as outputs", () => {
  const text = predictionsCsv({
    classes: ["a", "b"],
    labels: [1, 0],
    probabilities: [Float32Array.of(1, 1)],
  });
  expect(text).toBe("index,true,predicted,a\r\n0,b,a,1\r\n1,a,a,1\r\n");
});
