import fc from "fast-check";
import { expect, test } from "vitest";
import { PlaygroundError } from "../core/errors.ts";
import { confusionRows } from "./confusionRows.ts";
import { perClassAccuracy } from "./perClassAccuracy.ts";

const COUNTS = Uint32Array.of(8, 2, 0, 1, 3, 0, 0, 0, 0);
const CLASSES = ["Trouser", "Coat", "Bag"];

test("rows are the true class and shares are of the row", () => {
  const rows = confusionRows(COUNTS, 3);
  expect(rows[0]?.[1]).toEqual({ trueClass: 0, predictedClass: 1, count: 2, rowShare: 0.2 });
  expect(rows[1]?.[0]).toEqual({ trueClass: 1, predictedClass: 0, count: 1, rowShare: 0.25 });
});

test("a class without images has shares of zero", () => {
  expect(confusionRows(COUNTS, 3)[2]?.map((cell) => cell.rowShare)).toEqual([0, 0, 0]);
});

test("the shares of a row with images add up to one", () => {
  const matrix = fc
    .integer({ min: 1, max: 12 })
    .chain((n) =>
      fc.tuple(fc.constant(n), fc.array(fc.nat(1000), { minLength: n * n, maxLength: n * n })),
    );
  fc.assert(
    fc.property(matrix, ([numClasses, counts]) => {
      for (const row of confusionRows(counts, numClasses)) {
        const total = row.reduce((sum, cell) => sum + cell.count, 0);
        const shares = row.reduce((sum, cell) => sum + cell.rowShare, 0);
        expect(shares).toBeCloseTo(total === 0 ? 0 : 1, 9);
      }
    }),
  );
});

test("the wrong number of counts is refused", () => {
  expect(() => confusionRows(COUNTS, 4)).toThrow(PlaygroundError);
  expect(() => confusionRows(COUNTS, 4)).toThrow(
    "Confusion matrix: it has one count for every pair of classes; expected 4 x 4 counts, got 9.",
  );
});

test("accuracy per class is the diagonal over the row", () => {
  expect(perClassAccuracy(COUNTS, CLASSES)).toEqual([
    { name: "Trouser", numImages: 10, numCorrect: 8, accuracy: 0.8 },
    { name: "Coat", numImages: 4, numCorrect: 3, accuracy: 0.75 },
    { name: "Bag", numImages: 0, numCorrect: 0, accuracy: undefined },
  ]);
});
