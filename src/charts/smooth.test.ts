import fc from "fast-check";
import { expect, test } from "vitest";
import { greatestOf, leastOf } from "../core/numbers.ts";
import { smooth } from "./smooth.ts";

test("a constant curve stays as it is", () => {
  const points = Array.from({ length: 50 }, (_, x) => ({ x, y: 2.3 }));
  for (const { y } of smooth(points)) expect(y).toBeCloseTo(2.3, 10);
});

test("the trend starts at the first point and stays between the lowest and the highest", () => {
  const ys = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(ys, (values) => {
      const trend = smooth(values.map((y, x) => ({ x, y })));
      expect(trend[0]?.y).toBeCloseTo(values[0] ?? Number.NaN, 9);
      for (const { y } of trend) {
        expect(y).toBeGreaterThanOrEqual(leastOf(values) - 1e-9);
        expect(y).toBeLessThanOrEqual(greatestOf(values) + 1e-9);
      }
    }),
  );
});

test("without memory the points come back, and those that are not numbers do not", () => {
  const points = [
    { x: 1, y: 4 },
    { x: 2, y: Number.NaN },
    { x: 3, y: 1 },
  ];
  expect(smooth(points, 0)).toEqual([
    { x: 1, y: 4 },
    { x: 3, y: 1 },
  ]);
});
