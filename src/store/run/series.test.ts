import { expect, test } from "vitest";
import { append, emptySeries, last, toArray } from "./series.ts";

test("a series keeps what it had when its successor grows", () => {
  const one = append(emptySeries<number>(), [1, 2]);
  const two = append(one, [3]);
  expect(toArray(one)).toEqual([1, 2]);
  expect(toArray(two)).toEqual([1, 2, 3]);
  expect([last(one), last(two)]).toEqual([2, 3]);
});

test("two branches off one series do not see each other's entries", () => {
  const trunk = append(emptySeries<string>(), ["a"]);
  const left = append(trunk, ["left"]);
  const right = append(trunk, ["right"]);
  expect(toArray(left)).toEqual(["a", "left"]);
  expect(toArray(right)).toEqual(["a", "right"]);
});

test("nothing added is the same series, and an empty one has no last entry", () => {
  const series = emptySeries<number>();
  expect(append(series, [])).toBe(series);
  expect(last(series)).toBeUndefined();
});
