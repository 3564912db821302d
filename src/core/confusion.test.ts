import { expect, test } from "vitest";
import { classResults, confusedPairs, macroMeans } from "./confusion.ts";

const COUNTS = [5, 3, 2, 0, 4, 0, 3, 1, 0];

test("pairs come by their number of images, with their share of the true class", () => {
  expect(confusedPairs(COUNTS, 3)).toEqual([
    { trueClass: 0, predictedClass: 1, count: 3, rowShare: 0.3 },
    { trueClass: 2, predictedClass: 0, count: 3, rowShare: 0.75 },
    { trueClass: 0, predictedClass: 2, count: 2, rowShare: 0.2 },
    { trueClass: 2, predictedClass: 1, count: 1, rowShare: 0.25 },
  ]);
});

test("a class has its images, those that are right, and what it is taken for most", () => {
  expect(classResults(COUNTS, 3)).toMatchObject([
    { numImages: 10, numRight: 5, worst: { predictedClass: 1 } },
    { numImages: 4, numRight: 4, worst: undefined },
    { numImages: 4, numRight: 0, worst: { predictedClass: 0 } },
  ]);
});

test("256 classes, each pair confused once, are 65,280 pairs", () => {
  expect(confusedPairs(new Uint32Array(256 * 256).fill(1), 256)).toHaveLength(256 * 255);
});

test("precision, recall and F1 agree with numbers computed by hand", () => {
  // Predicted: 8, 8 and 2 images. Right: 5, 4 and 0 of 10, 4 and 4.
  const results = classResults(COUNTS, 3);
  expect(results.map(({ precision }) => precision)).toEqual([5 / 8, 4 / 8, 0]);
  expect(results.map(({ recall }) => recall)).toEqual([5 / 10, 1, 0]);
  expect(results.map(({ f1 }) => f1)).toEqual([10 / 18, 8 / 12, 0]);
  expect(macroMeans(results)).toEqual({
    precision: (5 / 8 + 4 / 8) / 3,
    recall: (5 / 10 + 1) / 3,
    f1: (10 / 18 + 8 / 12) / 3,
  });
});

test("a class that is never predicted has no precision, and one that never occurs is in no mean", () => {
  // Class 1 has two images, both taken for class 0. Class 2 has none.
  const results = classResults([3, 0, 0, 2, 0, 0, 0, 0, 0], 3);
  expect(results[1]).toMatchObject({ precision: undefined, recall: 0, f1: 0 });
  expect(results[2]).toMatchObject({ precision: undefined, recall: undefined, f1: undefined });
  expect(macroMeans(results)).toEqual({ precision: 0.3, recall: 0.5, f1: 0.375 });
  expect(macroMeans(classResults([0], 1))).toBeUndefined();
});
