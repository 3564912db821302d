import { expect, test } from "vitest";
import { placeAfterKey } from "./listKeys.ts";

test.each([
  ["ArrowDown", 1, 2],
  ["ArrowDown", 4, 4],
  ["ArrowUp", 1, 0],
  ["ArrowUp", 0, 0],
  ["Home", 3, 0],
  ["End", 3, 4],
  ["Enter", 3, undefined],
  ["ArrowDown", -1, undefined],
])("%s at place %i of 5 leads to %s", (key, place, to) => {
  expect(placeAfterKey(key, place, 5)).toBe(to);
});
