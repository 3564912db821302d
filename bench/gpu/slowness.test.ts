import { expect, test } from "vitest";
import { Slowness } from "./slowness.ts";

test("who was never measured takes part", () => {
  expect(new Slowness(1000).whyLeftOut("TensorFlow.js", { macs: 1e12 })).toBeUndefined();
});

test("a step is foretold by its multiply-accumulates, and left out above the limit in a sentence", () => {
  const slowness = new Slowness(10_000);
  slowness.learn("TensorFlow.js", { macs: 1e9 }, 2000);
  expect(slowness.whyLeftOut("TensorFlow.js", { macs: 5e9 })).toBeUndefined();
  expect(slowness.whyLeftOut("TensorFlow.js", { macs: 6e9 })).toBe(
    "TensorFlow.js would take about 12 s for a step; the limit is 10 s (--longest-step-s).",
  );
  expect(slowness.whyLeftOut("The compiled engine", { macs: 6e9 })).toBeUndefined();
});
