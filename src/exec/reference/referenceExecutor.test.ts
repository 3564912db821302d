import { describe, expect, test } from "vitest";
import type { PixelBatch } from "../../core/pixelBatch.ts";
import { randomStream } from "../../core/random.ts";
import { initialWeights } from "../../network/initialize.ts";
import { planOptions, remainingOperations } from "../../plan/planCases.ts";
import type { PreparedBatch } from "../executor.ts";
import { createReferenceExecutor } from "./referenceExecutor.ts";

const options = planOptions(remainingOperations(), { batchSize: 4 });
const create = () => createReferenceExecutor(options);

function batchOf(numImages: number, name = "batch"): PreparedBatch {
  const random = randomStream(1, name);
  return {
    kind: "prepared",
    values: Float32Array.from({ length: numImages * 7 * 5 * 3 }, () => 2 * random.nextFloat() - 1),
    labels: Uint8Array.from({ length: numImages }, () => random.nextInteger(3)),
    numImages,
  };
}

function pixelBatch(numImages: number): PixelBatch {
  return {
    kind: "pixels",
    pixels: new Uint8Array(numImages * 6),
    height: 2,
    width: 3,
    channels: 1,
    labels: new Uint8Array(numImages),
    numImages,
  };
}

const plain = (weights: ReadonlyMap<string, Float32Array>) =>
  [...weights].map(([path, values]) => [path, [...values]]);

describe("the reference executor", () => {
  test("gathers loss and counts until they are read", async () => {
    const executor = create();
    expect((await executor.readMetrics()).lastLoss).toBeNaN();
    await executor.trainStep(batchOf(4), 0.01);
    const first = await executor.readMetrics();
    expect(first).toMatchObject({ numImages: 4, numSteps: 1, lossSum: first.lastLoss });
    await executor.trainStep(batchOf(4), 0.01);
    await executor.trainStep(batchOf(3), 0.01);
    const second = await executor.readMetrics();
    expect(second).toMatchObject({ numImages: 7, numSteps: 2 });
    expect(second.lossSum).toBeGreaterThan(second.lastLoss);
    expect(await executor.readMetrics()).toMatchObject({
      lossSum: 0,
      numCorrect: 0,
      numImages: 0,
      numSteps: 0,
      lastLoss: second.lastLoss,
    });
  });

  test("learns a batch by heart", async () => {
    const executor = createReferenceExecutor({
      ...planOptions(remainingOperations(), { batchSize: 4, optimizer: { kind: "rmsprop" } }),
    });
    const before = (await executor.evaluate([batchOf(4)])).loss;
    for (let step = 0; step < 30; step += 1) await executor.trainStep(batchOf(4), 0.003);
    expect((await executor.evaluate([batchOf(4)])).loss).toBeLessThan(before);
  });

  test("trains a smaller last batch on the same weights", async () => {
    const [both, small] = [create(), createReferenceExecutor({ ...options, batchSize: 3 })];
    await both.trainStep(batchOf(3), 0.01);
    await small.trainStep(batchOf(3), 0.01);
    expect(plain(await both.readWeights())).toEqual(plain(await small.readWeights()));
    await both.trainStep(batchOf(4), 0.01);
    expect(plain(await both.readWeights())).not.toEqual(plain(await small.readWeights()));
  });

  test("takes gradients without changing weights, statistics or metrics", async () => {
    const executor = create();
    const before = plain(await executor.readWeights());
    const gradients = await executor.gradients(batchOf(4));
    expect([...gradients.keys()]).toEqual([
      "conv/kernel",
      "conv/bias",
      "bn/gamma",
      "bn/beta",
      "predictions/kernel",
      "predictions/bias",
    ]);
    expect(plain(await executor.gradients(batchOf(4)))).toEqual(plain(gradients));
    expect(plain(await executor.readWeights())).toEqual(before);
    expect(await executor.readMetrics()).toMatchObject({ lossSum: 0, numSteps: 0 });
  });

  test("drops other places in each step, the same ones again from the same seed", async () => {
    const run = async (seed: number) => {
      const executor = createReferenceExecutor({ ...options, seed });
      executor.writeWeights(initialWeights(options.graph, 1));
      const gradients: unknown[] = [];
      for (let step = 0; step < 2; step += 1) {
        gradients.push(plain(await executor.gradients(batchOf(4))));
        await executor.trainStep(batchOf(4), 0);
      }
      return gradients;
    };
    const first = await run(1);
    expect(first[0]).not.toEqual(first[1]);
    expect(await run(1)).toEqual(first);
    expect(await run(2)).not.toEqual(first);
  });

  test("counts every image of an evaluation, batches of any size", async () => {
    const executor = create();
    const seen: number[] = [];
    const batches = [batchOf(4, "a"), batchOf(1, "b"), batchOf(2, "c")];
    const result = await executor.evaluate(batches, (numImages) => void seen.push(numImages));
    expect(seen).toEqual([4, 5, 7]);
    expect(result.numImages).toBe(7);
    expect(result.predicted).toHaveLength(7);
    expect(result.confusion.reduce((sum, count) => sum + count, 0)).toBe(7);
    const diagonal = [0, 4, 8].reduce((sum, cell) => sum + (result.confusion[cell] ?? 0), 0);
    expect(result.accuracy).toBeCloseTo(diagonal / 7, 12);
    const predictions = await executor.predict(batchOf(2, "c"));
    expect(predictions).toHaveLength(6);
  });

  test.each([
    ["no images", { ...batchOf(1), numImages: 0 }],
    ["too few values", { ...batchOf(2), values: new Float32Array(3) }],
    ["a label without a class", { ...batchOf(1), labels: Uint8Array.of(3) }],
    ["too few labels", { ...batchOf(2), labels: Uint8Array.of(1) }],
    ["a map too few", { ...pixelBatch(2), maps: new Float32Array(6) }],
  ])("refuses a batch with %s", async (_what, batch) => {
    await expect(create().trainStep(batch, 0.1)).rejects.toMatchObject({
      code: "network.shape-mismatch",
    });
  });

  test.each([
    ["nowhere/kernel", 1],
    ["conv/bias", 5],
  ])("refuses %s with %i values, and changes nothing", async (path, length) => {
    const executor = create();
    const before = plain(await executor.readWeights());
    const weights = new Map([
      ["bn/beta", new Float32Array(4).fill(9)],
      [path, new Float32Array(length)],
    ]);
    expect(() => executor.writeWeights(weights)).toThrowError(
      expect.objectContaining({ code: "network.shape-mismatch" }),
    );
    expect(plain(await executor.readWeights())).toEqual(before);
  });
});
