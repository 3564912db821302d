import { describe, expect, test } from "vitest";
import { type MadeArray, npyFile } from "../../data/own/madeFiles.ts";
import { recipeById } from "../../settings/recipes/registry.ts";
import type { Settings } from "../../settings/settings.ts";
import { inspectOwn, openOwnRunData } from "./ownRunData.ts";

const SETTINGS: Settings = {
  ...recipeById("one-minute").settings,
  dataSet: "arrays",
  inputChannels: 1,
  trainingImages: 0,
  batchSize: 4,
  remainder: "drop",
  seed: 3,
};

/** Image `n` is a single pixel, and each of its channels holds `n`. */
function files(channels: 1 | 3) {
  const images = (count: number): MadeArray => ({
    type: "u1",
    shape: [count, 1, 1, channels],
    values: Array.from({ length: count * channels }, (_, at) => Math.floor(at / channels) * 5),
  });
  const labels = (count: number): MadeArray => ({
    type: "u1",
    shape: [count],
    values: Array.from({ length: count }, (_, image) => Math.floor((image * 2) / count)),
  });
  return [
    npyFile("X_train.npy", images(10)),
    npyFile("y_train.npy", labels(10)),
    npyFile("X_test.npy", images(6)),
    npyFile("y_test.npy", labels(6)),
  ];
}

const open = (changes: Partial<Settings> = {}, channels: 1 | 3 = 1) =>
  openOwnRunData({
    kind: "arrays",
    files: files(channels),
    settings: { ...SETTINGS, ...changes },
    evaluationBatch: 4,
  });

/** Returns the numbers of the images, batch by batch. */
async function numbersIn(
  batches: AsyncIterable<{ pixels: ArrayLike<number>; channels: number }>,
): Promise<number[][]> {
  const all: number[][] = [];
  for await (const { pixels, channels } of batches)
    all.push(Array.from(pixels).flatMap((value, at) => (at % channels === 0 ? [value / 5] : [])));
  return all;
}

describe("a run's data from files", () => {
  test("shuffles all images anew each epoch, the same way for the same seed", async () => {
    const data = await open({ remainder: "keep" });
    const first = await numbersIn(data.trainingBatches(0));
    expect(first.map((batch) => batch.length)).toEqual([4, 4, 2]);
    expect(first.flat().toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await numbersIn((await open({ remainder: "keep" })).trainingBatches(0))).toEqual(first);
    expect(await numbersIn(data.trainingBatches(1))).not.toEqual(first);
    const other = await open({ remainder: "keep", seed: 4 });
    expect(await numbersIn(other.trainingBatches(0))).not.toEqual(first);
  });

  test("drops a smaller last batch of an epoch, and never one of an evaluation", async () => {
    const data = await open();
    expect((await numbersIn(data.trainingBatches(0))).map((batch) => batch.length)).toEqual([4, 4]);
    expect(await numbersIn(data.testBatches())).toEqual([
      [0, 1, 2, 3],
      [4, 5],
    ]);
    expect(await numbersIn(data.validationBatches("whole"))).toEqual([
      [0, 1, 2, 3],
      [4, 5],
    ]);
    expect((await numbersIn(data.validationBatches("subset"))).flat()).toHaveLength(6);
  });

  test("takes as many training images as asked for, the same in every epoch", async () => {
    const data = await open({ trainingImages: 5, remainder: "keep" });
    expect(data.numTrain).toBe(5);
    const taken = async (epoch: number) =>
      (await numbersIn(data.trainingBatches(epoch))).flat().toSorted((a, b) => a - b);
    expect(await taken(0)).toHaveLength(5);
    expect(await taken(1)).toEqual(await taken(0));
    const more = await open({ trainingImages: 500 });
    expect([more.numTrain, more.notes.at(-1)]).toEqual([
      10,
      "There are 10 training images: all of them are used instead of 500.",
    ]);
  });

  test("delivers held-out images by their places in the order of validation", async () => {
    const data = await open({ validationSteps: 1 });
    for (const part of ["subset", "whole"] as const) {
      const order = (await numbersIn(data.validationBatches(part))).flat();
      expect(order.length).toBe(part === "whole" ? 4 : 6);
      const { pixels } = await data.validationImages(part, [3, 0]);
      expect([...pixels].map((value) => value / 5)).toEqual([order[3], order[0]]);
    }
  });

  test("gives colour to a network of three channels, and grey to others, and says so", async () => {
    const colour = await open({ inputChannels: 3 }, 3);
    expect([colour.description.channels, (await colour.testImages([2])).pixels]).toEqual([
      3,
      Uint8Array.of(10, 10, 10),
    ]);
    const grey = await open({ inputChannels: 1 }, 3);
    expect([grey.description.channels, (await grey.testImages([2])).pixels]).toEqual([
      1,
      Uint8Array.of(10),
    ]);
    expect(grey.notes.at(-1)).toContain("in grey");
  });

  test("is described with the counts of its classes, with progress on the way", async () => {
    const seen: string[] = [];
    const { dataSet: description } = await inspectOwn("arrays", files(1), SETTINGS, ({ task }) =>
      seen.push(task),
    );
    expect(description).toMatchObject({ id: "arrays", numTrain: 10, numTest: 6, channels: 1 });
    expect(description.own).toMatchObject({ trainCounts: [5, 5], testCounts: [3, 3] });
    expect(description.own?.checksum).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(seen)).toEqual(
      new Set(["Reading X_train.npy", "Reading X_test.npy", "Computing checksums"]),
    );
  });
});
