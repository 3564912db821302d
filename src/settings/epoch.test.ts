import fc from "fast-check";
import { expect, test } from "vitest";
import type { Manifest, PartEntry } from "../data/manifest.ts";
import { createSplit } from "../data/split.ts";
import { runBudget } from "../train/loop/budget.ts";
import { stepsInEpoch } from "./epoch.ts";
import { oneMinute } from "./recipes/oneMinute.ts";

function part(numImages: number): PartEntry {
  return { numImages, shards: [{ file: "a", numImages, sizeBytes: 1, sha256: "0" }] };
}

test("an epoch is told to have the steps that a run then takes, whatever the settings", () => {
  const changes = fc.record({
    trainingImages: fc.nat(700),
    holdOut: fc.nat(400),
    batchSize: fc.integer({ min: 1, max: 300 }),
    remainder: fc.constantFrom("drop" as const, "keep" as const),
    stepsPerEpoch: fc.constantFrom(0, 0, 7),
  });
  fc.assert(
    fc.property(changes, fc.integer({ min: 1, max: 600 }), (changed, numTrain) => {
      const settings = { ...oneMinute.settings, ...changed };
      const manifest = { title: "Set", splits: { train: part(numTrain), test: part(1) } };
      const { numTraining, heldOut } = createSplit(manifest as Manifest, settings);
      const steps = stepsInEpoch(settings, numTrain);
      const taken = () => runBudget(settings, numTraining, heldOut.length).stepsPerEpoch;
      if (steps > 0) expect(taken()).toBe(steps);
      else if (settings.stepsPerEpoch === 0) expect(taken).toThrow("at least one batch");
    }),
  );
});
