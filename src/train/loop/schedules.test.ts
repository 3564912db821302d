import { describe, expect, test } from "vitest";
import { scheduleFactor } from "./schedules.ts";

const span = { totalSteps: 100, stepsPerEpoch: 10 };
const settings = { schedule: "cosine", warmUpSteps: 0, decayFactor: 0.5, decayEpochs: 2 } as const;

describe("learning-rate schedules", () => {
  test("constant stays", () => {
    expect(scheduleFactor({ ...settings, schedule: "constant" }, span, 73)).toBe(1);
  });

  test("cosine starts at 1, passes 1/2 in the middle and ends at 0", () => {
    expect(scheduleFactor(settings, span, 0)).toBe(1);
    expect(scheduleFactor(settings, span, 50)).toBeCloseTo(0.5);
    expect(scheduleFactor(settings, span, 100)).toBeCloseTo(0);
    expect(scheduleFactor(settings, span, 500)).toBeCloseTo(0);
  });

  test("cosine with warm-up rises linearly from 0 and starts its decay when that ends", () => {
    const warm = { ...settings, warmUpSteps: 20 };
    expect(scheduleFactor(warm, span, 0)).toBe(0);
    expect(scheduleFactor(warm, span, 10)).toBe(0.5);
    expect(scheduleFactor(warm, span, 20)).toBe(1);
    expect(scheduleFactor(warm, span, 60)).toBeCloseTo(0.5);
  });

  test("step halves the rate after every second epoch", () => {
    const step = { ...settings, schedule: "step" } as const;
    expect([0, 19, 20, 39, 40].map((at) => scheduleFactor(step, span, at))).toEqual([
      1, 1, 0.5, 0.5, 0.25,
    ]);
  });
});
