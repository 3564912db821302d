import fc from "fast-check";
import { expect, test } from "vitest";
import { greatestOf, leastOf } from "../core/numbers.ts";
import { downsample, type Point } from "./downsample.ts";

const curve = fc
  .array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 3000 })
  .map((ys): Point[] => ys.map((y, x) => ({ x, y })));
const limit = fc.integer({ min: 4, max: 500 });

test("never gives more points than the limit, and all of them when they fit", () => {
  fc.assert(
    fc.property(curve, limit, (points, most) => {
      const kept = downsample(points, most);
      expect(kept.length).toBeLessThanOrEqual(most);
      if (points.length <= most) expect(kept).toEqual(points);
    }),
  );
});

test("keeps the first point, the last one, the lowest and the highest", () => {
  fc.assert(
    fc.property(curve, limit, (points, most) => {
      const kept = downsample(points, most);
      expect(kept[0]).toBe(points[0]);
      expect(kept.at(-1)).toBe(points.at(-1));
      const [before, after] = [points, kept].map((some) => some.map((point) => point.y));
      expect(leastOf(after ?? [])).toBe(leastOf(before ?? []));
      expect(greatestOf(after ?? [])).toBe(greatestOf(before ?? []));
    }),
  );
});

test("gives only points it was given, in their order", () => {
  fc.assert(
    fc.property(curve, limit, (points, most) => {
      const kept = downsample(points, most);
      const places = kept.map((point) => points.indexOf(point));
      expect(places).not.toContain(-1);
      expect(places).toEqual([...places].sort((a, b) => a - b));
      expect(new Set(places).size).toBe(places.length);
    }),
  );
});

test("a spike of one step in ten thousand survives", () => {
  const points = Array.from({ length: 10_000 }, (_, x) => ({ x, y: x === 7777 ? 50 : 1 }));
  expect(downsample(points, 400).some((point) => point.x === 7777 && point.y === 50)).toBe(true);
});

test("points that are not numbers are left out", () => {
  const points = [
    { x: 0, y: Number.NaN },
    { x: 1, y: 2 },
    { x: 2, y: Number.POSITIVE_INFINITY },
    { x: 3, y: 1 },
  ];
  expect(downsample(points)).toEqual([
    { x: 1, y: 2 },
    { x: 3, y: 1 },
  ]);
});

test("no points give no points", () => {
  expect(downsample([])).toEqual([]);
});
