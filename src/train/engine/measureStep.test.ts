import { expect, test } from "vitest";
import { stepOfBatch } from "./measureStep.ts";

test("a step is what all sizes have in common and what each image adds", () => {
  const at = (numImages: number) => ({ numImages, ms: 300 + 7 * numImages });
  expect(stepOfBatch(64, [at(2), at(8)])).toBeCloseTo(300 + 7 * 64);
  expect(stepOfBatch(64, [at(64)])).toBe(300 + 7 * 64);
});

test("noise makes neither a step that grows by less than nothing nor a fixed share below nothing", () => {
  const noisy = (...ms: readonly [number, number]) =>
    stepOfBatch(100, [
      { numImages: 1, ms: ms[0] },
      { numImages: 4, ms: ms[1] },
    ]);
  expect(noisy(50, 40)).toBe(40);
  expect(noisy(1, 40)).toBe(1000);
});
