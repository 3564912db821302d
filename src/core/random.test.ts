import fc from "fast-check";
import { expect, test } from "vitest";
import { greatestOf, leastOf } from "./numbers.ts";
import { randomStream, shuffleInPlace } from "./random.ts";

const take = (seed: number, name: string, count: number) => {
  const random = randomStream(seed, name);
  return Array.from({ length: count }, () => random.nextFloat());
};

test("a seed and a name give the same numbers every time, others give other numbers", () => {
  expect(take(1, "order", 5)).toEqual(take(1, "order", 5));
  expect(take(1, "order", 5)).not.toEqual(take(2, "order", 5));
  expect(take(1, "order", 5)).not.toEqual(take(1, "weights", 5));
});

test("floats fill [0, 1) evenly", () => {
  const values = take(7, "even", 10_000);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(leastOf(values)).toBeGreaterThanOrEqual(0);
  expect(greatestOf(values)).toBeLessThan(1);
  expect(mean).toBeCloseTo(0.5, 1);
});

test("integers stay below their limit, and a shuffle keeps every item", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer(), (limit, seed) => {
      const drawn = randomStream(seed, "limit").nextInteger(limit);
      expect(drawn).toBeGreaterThanOrEqual(0);
      expect(drawn).toBeLessThan(limit);
      const items = Uint16Array.from({ length: limit }, (_, index) => index);
      const shuffled = shuffleInPlace(items.slice(), randomStream(seed, "shuffle"));
      expect([...shuffled].sort((a, b) => a - b)).toEqual([...items]);
    }),
  );
});
