import { describe, expect, it } from "vitest";
import { LAB_DEFAULTS } from "./labSettings.ts";
import { ratioTable, separableRatio } from "./ratio.ts";

describe("the ratio of separable to ordinary", () => {
  it("is 1/N + 1/K²", () => {
    expect(separableRatio(256, 5)).toBeCloseTo(53_952 / 1_228_800, 12);
    expect(separableRatio(64, 3)).toBeCloseTo(1 / 64 + 1 / 9, 12);
  });

  it("makes the PyTorch notebook's table for n = 32, 40, ... 104 and k = 3", () => {
    const rows = ratioTable(LAB_DEFAULTS);
    expect(rows.map(({ filters }) => filters)).toEqual([32, 40, 48, 56, 64, 72, 80, 88, 96, 104]);
    expect(rows.map(({ timesMore }) => timesMore.toFixed(2))).toEqual([
      "7.02",
      "7.35",
      "7.58",
      "7.75",
      "7.89",
      "8.00",
      "8.09",
      "8.16",
      "8.23",
      "8.28",
    ]);
  });

  it("takes any range, ends where the next step would pass the end, and refuses what has no rows or too many", () => {
    const range = { tableFrom: 1, tableTo: 10, tableStep: 4, tableKernel: 2 };
    expect(ratioTable(range).map(({ filters }) => filters)).toEqual([1, 5, 9]);
    expect(() => ratioTable({ ...range, tableTo: 0 })).toThrow("expected at least 1, got 0");
    expect(() => ratioTable({ ...range, tableTo: 4096, tableStep: 1 })).toThrow(
      "expected at most 60 rows, got 4096. Take steps of 69 or more",
    );
  });
});
