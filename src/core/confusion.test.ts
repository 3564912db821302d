import { expect, test } from "vitest";
import { classResults, confusedPairs } from "./confusion.ts";

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
