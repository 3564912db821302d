import { expect, test } from "vitest";
import { lineChartRows, yDomainOf } from "./lineChartRows.ts";

const training = { name: "training", points: [1, 2, 3].map((x) => ({ x, y: 3 - x / 2 })) };

test("curves with points at different steps share one table, with null where one has no point", () => {
  const validation = {
    name: "validation",
    points: [
      { x: 2, y: 2.2 },
      { x: 4, y: 1.9 },
    ],
  };
  expect(lineChartRows([training, validation])).toEqual({
    steps: [1, 2, 3, 4],
    values: [
      [2.5, 2, 1.5, null],
      [null, 2.2, null, 1.9],
    ],
  });
});

test("ten thousand steps become at most 400 rows", () => {
  const points = Array.from({ length: 10_000 }, (_, x) => ({ x, y: Math.sin(x) }));
  const { steps } = lineChartRows([{ name: "training", points }]);
  expect(steps.length).toBeLessThanOrEqual(400);
  expect([steps[0], steps.at(-1)]).toEqual([0, 9999]);
});

test("the y axis runs from zero to a round number above the curve", () => {
  expect(yDomainOf(lineChartRows([training]))).toEqual([0, 2.5]);
  expect(yDomainOf({ steps: [1], values: [[0.23]] })).toEqual([0, 0.25]);
  expect(yDomainOf({ steps: [1], values: [[71]] })).toEqual([0, 75]);
});

test("a curve that goes below zero is shown whole", () => {
  const [lowest, highest] = yDomainOf({ steps: [1, 2], values: [[-0.7, 2.1]] });
  expect(lowest).toBeLessThanOrEqual(-0.7);
  expect(highest).toBeGreaterThanOrEqual(2.1);
});

test("no points and points of zero still make an axis", () => {
  expect(yDomainOf({ steps: [], values: [] })).toEqual([0, 1]);
  expect(yDomainOf({ steps: [1], values: [[0]] })[1]).toBeGreaterThan(0);
});
