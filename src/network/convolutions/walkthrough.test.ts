import { describe, expect, it } from "vitest";
import { countKind } from "./kinds.ts";
import {
  CROP_SIDE,
  createWalkthrough,
  multiplicationsOf,
  numbersAfter,
  WALK_SETTINGS,
  type WalkNumber,
} from "./walkthrough.ts";

const PIXELS = Uint8Array.from({ length: CROP_SIDE ** 2 }, (_, index) => (index * 37) % 256);

describe("the two convolutions, number by number", () => {
  const walk = createWalkthrough(PIXELS);
  const { ordinary, separable } = walk;

  it("end with the multiplications that the calculator counts", () => {
    expect(ordinary.multiplications).toBe(countKind("ordinary", WALK_SETTINGS).macs);
    const { macs, layers } = countKind("separable", WALK_SETTINGS);
    expect(separable.multiplications).toBe(macs);
    const depthwise = separable.numbers.filter(({ part }) => part === "depthwise").length;
    expect(multiplicationsOf(separable, depthwise)).toBe(layers[0]?.macs);
  });

  it("end with the same output", () => {
    const place = ({ channel, row, column }: WalkNumber) => `${channel} ${row} ${column}`;
    const output = new Map(
      separable.numbers
        .filter(({ part }) => part === "pointwise")
        .map((number) => [place(number), number.value]),
    );
    expect(output.size).toBe(ordinary.numbers.length);
    for (const number of ordinary.numbers) {
      expect(output.get(place(number))).toBeCloseTo(number.value, 10);
    }
  });

  it("do the same multiplications in a step, so that the shorter one ends earlier", () => {
    expect(walk.stepSize).toBe(27);
    for (const side of [ordinary, separable]) {
      for (let step = 1; step < side.doneAfter.length; step += 1) {
        const done = (at: number) => multiplicationsOf(side, numbersAfter(side, at));
        expect(done(step) - done(step - 1)).toBe(27);
      }
    }
    expect(ordinary.doneAfter.length - 1).toBe(144);
    expect(separable.doneAfter.length - 1).toBe(52);
    expect(walk.numSteps).toBe(144);
  });

  it("stay at the end once they are there", () => {
    expect(numbersAfter(separable, 0)).toBe(0);
    expect(numbersAfter(separable, 1000)).toBe(separable.numbers.length);
  });
});
