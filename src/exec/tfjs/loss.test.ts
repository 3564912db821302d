import * as tf from "@tensorflow/tfjs";
import { beforeAll, expect, test } from "vitest";
import { crossEntropy, targets } from "./loss.ts";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const LOGITS = [
  [30, 0, 0],
  [1, 2, 3],
];
const LABELS = [1, 2];

function keras(head: "softmax" | "linear", labelSmoothing = 0): number {
  const wanted = targets(tf.tensor1d(LABELS, "int32"), 3, labelSmoothing);
  return crossEntropy(tf.tensor2d(LOGITS), wanted, head).mean().dataSync()[0] ?? Number.NaN;
}

// The expected numbers come from keras.losses.CategoricalCrossentropy in Keras 3.15.1 on these outputs.
test("a softmax head is judged by its logits, beyond where probabilities are clipped", () => {
  expect(keras("softmax")).toBeCloseTo(15.2038, 3);
});

test("a linear head is taken for probabilities: divided by its sum, then clipped", () => {
  expect(keras("linear")).toBeCloseTo(8.40562, 4);
});

test("label smoothing gives every class its share", () => {
  const row = targets(tf.tensor1d([1], "int32"), 4, 0.2).dataSync();
  expect([...row].map((value) => Number(value.toFixed(6)))).toEqual([0.05, 0.85, 0.05, 0.05]);
});
