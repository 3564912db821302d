import { expect, test } from "vitest";
import { MOST_PAIRS, ratioOf } from "./ratio.ts";

test("the interval of three pairs is the one that a textbook computes", () => {
  // Logarithms of 1, 2 and 4 times e: mean ln 2 + 1, standard deviation ln 2, t of two degrees of freedom 4.303.
  const { mean, low, high } = ratioOf([1, 1, 1], [Math.E, 2 * Math.E, 4 * Math.E]);
  const half = (4.303 * Math.LN2) / Math.sqrt(3);
  expect(Math.log(mean)).toBeCloseTo(1 + Math.LN2, 12);
  expect(Math.log(low)).toBeCloseTo(1 + Math.LN2 - half, 12);
  expect(Math.log(high)).toBeCloseTo(1 + Math.LN2 + half, 12);
});

test("pairs of one ratio have no spread, however much the machine's speed changes between them", () => {
  const ratio = ratioOf([1, 5, 3], [2, 10, 6]);
  expect(ratio.low).toBeCloseTo(2, 12);
  expect(ratio.high).toBeCloseTo(2, 12);
});

test("one pair says nothing about the spread, and too many are not in the table", () => {
  expect(() => ratioOf([1], [1])).toThrow("1 pairs");
  const many = Array.from({ length: MOST_PAIRS + 1 }, () => 1);
  expect(() => ratioOf(many, many)).toThrow(RangeError);
});
