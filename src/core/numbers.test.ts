import { expect, test } from "vitest";
import { append, greatestOf, leastOf, lengthOf } from "./numbers.ts";

/** More values than one call can take as arguments in any JavaScript engine. */
const MANY = Float32Array.from({ length: 1_000_000 }, (_, at) => at - 7);

test("the greatest, the least and the length of more numbers than a call takes arguments", () => {
  expect([greatestOf(MANY), leastOf(MANY)]).toEqual([999_992, -7]);
  expect(lengthOf(new Float32Array(1_000_000).fill(3))).toBe(3000);
  const list: number[] = [1];
  append(list, MANY);
  expect([list.length, list[1]]).toEqual([1_000_001, -7]);
});

test("of none they are what Math gives for none, and NaN where one number is", () => {
  expect([greatestOf([]), leastOf([]), lengthOf([])]).toEqual([Math.max(), Math.min(), 0]);
  expect([greatestOf([1, Number.NaN, 2]), leastOf([1, Number.NaN, 2])]).toEqual([
    Number.NaN,
    Number.NaN,
  ]);
});
