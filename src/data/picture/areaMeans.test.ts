import { expect, test } from "vitest";
import { areaMeans } from "./areaMeans.ts";

const greys = (width: number, height: number, values: readonly number[]) => ({
  ...{ width, height },
  data: values.flatMap((value) => [value, value + 1, value + 2, 255]),
});

test("a picture of the wanted size stays as it is", () => {
  const values = [0, 17, 80, 253, 5, 6];
  expect([...areaMeans(greys(3, 2, values), 2, 3)]).toEqual(
    values.flatMap((value) => [value, value + 1, value + 2]),
  );
});

test("each pixel is the mean of its area, with the shares of pixels on its border", () => {
  // Three columns become two: the middle one belongs to both by halves.
  expect([...areaMeans(greys(3, 1, [30, 60, 120]), 1, 2)]).toEqual([40, 41, 42, 100, 101, 102]);
  expect([...areaMeans(greys(2, 2, [0, 10, 20, 30]), 1, 1)]).toEqual([15, 16, 17]);
});

test("a smaller picture is repeated", () => {
  expect([...areaMeans(greys(1, 1, [9]), 2, 1)]).toEqual([9, 10, 11, 9, 10, 11]);
});
