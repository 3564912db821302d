import { describe, expect, test } from "vitest";
import { applies } from "../../settings/applies.ts";
import { recipeById } from "../../settings/recipes/registry.ts";
import { settingsNamedIn } from "../../settings/remedies.ts";
import type { Settings } from "../../settings/settings.ts";
import { runBudget } from "./budget.ts";

const SETTINGS: Settings = {
  ...recipeById("one-minute").settings,
  batchSize: 32,
  remainder: "drop",
};

function faultOf(changes: Partial<Settings>, numTraining: number, numValidation: number): string {
  try {
    runBudget({ ...SETTINGS, ...changes }, numTraining, numValidation);
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  return "";
}

describe("a length in images", () => {
  const stepsFor = (images: number, remainder: Settings["remainder"]) =>
    runBudget({ ...SETTINGS, budget: "images", images, remainder }, 100, 0).totalSteps;

  test("ends with the batch that reaches it", () => {
    expect([1, 32, 33, 96, 97].map((images) => stepsFor(images, "drop"))).toEqual([1, 1, 2, 3, 4]);
  });

  test("counts the smaller last batch of a pass, when it is kept", () => {
    expect([96, 97, 100, 101, 200].map((images) => stepsFor(images, "keep"))).toEqual([
      3, 4, 4, 5, 8,
    ]);
  });
});

describe("fewer images than a batch", () => {
  const OWN = ["mnist", "arrays", "images"] as const;
  test.each(OWN)("of own data (%s) name no hold-out, which own data have not", (dataSet) => {
    expect(faultOf({ dataSet, trainingImages: 0, holdOut: 1000 }, 6, 2)).toBe(
      "Training images: an epoch needs at least one batch; expected 32 images or more, got 6. Lower Batch size to 6 or less, or set Last batch to Keep.",
    );
  });

  test("of Fashion-MNIST are raised where they were set, and the hold-out lowered", () => {
    expect(faultOf({ dataSet: "fashion-mnist", trainingImages: 12, holdOut: 4 }, 8, 4)).toMatch(
      /besides the hold-out, got 8\. Lower Batch size to 8 or less, or set Last batch to Keep, or raise Training images, or lower Hold-out\.$/,
    );
  });

  test("that are all there are cannot be raised", () => {
    const message = faultOf({ dataSet: "images", trainingImages: 500 }, 6, 2);
    expect(message).not.toContain("raise Training images");
    expect(faultOf({ dataSet: "images", trainingImages: 0 }, 0, 2)).toMatch(
      /Choose files with more training images\.$/,
    );
  });

  test("name controls that do something beside the other settings", () => {
    for (const dataSet of [...OWN, "starter"] as const)
      for (const remainder of ["drop", "keep"] as const)
        for (const numTraining of [0, 1, 31]) {
          const settings = { ...SETTINGS, dataSet, remainder, trainingImages: numTraining };
          const [, remedy = ""] = faultOf(settings, numTraining, 0).split(/, got \d+\. /);
          for (const key of settingsNamedIn(remedy)) expect(applies(key, settings)).toBe(true);
        }
  });
});
