import { describe, expect, test } from "vitest";
import { recipeById } from "../../settings/recipes/registry.ts";
import {
  epochMsOf,
  measured,
  measurementCancelled,
  measuring,
  noMeasurements,
  speedOf,
} from "../run/measurements.ts";
import { costsOf, networkOf, twinSettings } from "./derived.ts";

const paper = recipeById("paper").settings;
const small = recipeById("one-minute").settings;

describe("costs", () => {
  test("are the paper's own for the paper", () => {
    expect(costsOf(paper)).toMatchObject({
      parameters: 22_910_480,
      trainableParameters: 22_855_952,
    });
  });

  test("of the twin are those of the other kind of convolution, and the twin's twin is the network itself", () => {
    const twin = costsOf(twinSettings(small));
    expect(twin?.macs).toBeGreaterThan(costsOf(small)?.macs ?? Number.POSITIVE_INFINITY);
    expect(costsOf(twinSettings(twinSettings(small)))).toEqual(costsOf(small));
  });

  test("come from the same network object while only the training changes", () => {
    expect(networkOf({ ...small, learningRate: 1, batchSize: 7 })).toBe(networkOf(small));
    expect(networkOf({ ...small, width: 0.5 })).not.toBe(networkOf(small));
  });

  test("need memory that follows the batch", () => {
    const larger = costsOf({ ...small, batchSize: 128 })?.memoryBytes;
    expect(larger).toBeGreaterThan(costsOf(small)?.memoryBytes ?? Number.POSITIVE_INFINITY);
  });
});

describe("measured speeds", () => {
  const speed = { stepMs: 20, imagesPerSecond: 3200, epochMs: 17_000, totalMs: 48_000 };

  test("belong to the network and the batch, not to rate or seed", () => {
    const state = measured(measuring(noMeasurements(), "m", small, "current"), "m", speed);
    const step = { stepMs: 20, imagesPerSecond: 3200 };
    expect(speedOf(state, { ...small, learningRate: 0.1, seed: 9 })).toEqual(step);
    expect(speedOf(state, { ...small, batchSize: 32 })).toBeNull();
    expect(speedOf(state, twinSettings(small))).toBeNull();
  });

  test("are of a step: what an epoch takes follows the settings as they are now", () => {
    const state = measured(measuring(noMeasurements(), "m", small, "current"), "m", speed);
    const epochMs = (changes: Partial<typeof small>, numTrain = 60_000) =>
      epochMsOf(state, { ...small, holdOut: 0, ...changes }, { numTrain });
    expect(epochMs({})).toBe(20 * 937);
    expect(epochMs({ stepsPerEpoch: 100, steps: 7 })).toBe(20 * 100);
    expect(epochMs({ trainingImages: 640 })).toBe(20 * 10);
    expect(epochMs({}, 6400)).toBe(20 * 100);
    expect(epochMs({ trainingImages: 1 }), "not one batch").toBeNull();
    expect(epochMsOf(state, small, null), "nobody knows of how many images").toBeNull();
  });

  test("of a measurement that was given up are not taken", () => {
    const state = measurementCancelled(measuring(noMeasurements(), "m", small, "twin"));
    expect(measured(state, "m", speed)).toBe(state);
  });
});
