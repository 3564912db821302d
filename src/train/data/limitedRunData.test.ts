import { expect, test } from "vitest";
import { limitedRunData } from "./limitedRunData.ts";
import type { RunData } from "./runData.ts";

/** Ten test images sorted by class, two of each. */
const LABELS = Uint8Array.of(0, 0, 1, 1, 2, 2, 3, 3, 4, 4);
const data: RunData = {
  description: {
    ...{ id: "mnist", title: "Mine", classes: ["a", "b", "c", "d", "e"], numTrain: 9, numTest: 10 },
    ...{ height: 1, width: 1, channels: 1, sizeBytes: 1, numShards: 1, fallbackReason: "" },
  },
  numTrain: 9,
  numValidation: 8,
  notes: ["Before."],
  async *trainingBatches() {},
  async *validationBatches() {},
  async *testBatches() {},
  async testImages(indices) {
    const labels = Uint8Array.from(indices, (index) => LABELS[index] ?? 99);
    return { labels, pixels: labels };
  },
  validationImages: () => Promise.reject(new Error("not asked for")),
};

test("fewer test images lie evenly over the set, in batches that an engine may have", async () => {
  const limited = limitedRunData(data, { testImages: 5, validationImages: 3 }, 2);
  const batches = [];
  for await (const { labels, numImages } of limited.testBatches())
    batches.push([numImages, ...labels]);
  expect(batches).toEqual([
    [2, 0, 1],
    [2, 2, 3],
    [1, 4],
  ]);
  expect(limited).toMatchObject({ numValidation: 3, description: { numTest: 5 } });
  expect(limited.notes).toEqual([
    "Before.",
    "The validation looks at 3 of the 8 images, as asked for.",
    "The test looks at 5 of the 10 images, as asked for.",
  ]);
  expect((await limited.testImages([4])).labels).toEqual(Uint8Array.of(4));
});

test("limits beyond what there is change nothing, and 0 leaves it out", () => {
  const whole = limitedRunData(data, { testImages: 99 }, 2);
  expect(whole).toMatchObject({ numValidation: 8, notes: ["Before."] });
  const none = limitedRunData(data, { testImages: 0, validationImages: 0 }, 2);
  expect(none).toMatchObject({ numValidation: 0, description: { numTest: 0 } });
});
