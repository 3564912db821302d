import { describe, expect, test } from "vitest";
import { readKernels } from "../../cli/readKernels.ts";
import type { PixelBatch } from "../../core/pixelBatch.ts";
import { randomStream } from "../../core/random.ts";
import { buildXception } from "../../network/networks/xception.ts";
import { planOptions, remainingOperations } from "../../plan/planCases.ts";
import { oneMinute } from "../../settings/recipes/oneMinute.ts";
import type { PreparedBatch } from "../executor.ts";
import { createReferenceExecutor } from "../reference/referenceExecutor.ts";
import { createWasmExecutor } from "./wasmExecutor.ts";

const options = planOptions(remainingOperations(), { batchSize: 4 });

function batchOf(numImages: number, name = "batch"): PreparedBatch {
  const random = randomStream(1, name);
  return {
    kind: "prepared",
    values: Float32Array.from({ length: numImages * 7 * 5 * 3 }, () => 2 * random.nextFloat() - 1),
    labels: Uint8Array.from({ length: numImages }, () => random.nextInteger(3)),
    numImages,
  };
}

const plain = (weights: ReadonlyMap<string, Float32Array>) =>
  [...weights].map(([path, values]) => [path, [...values]]);

describe("the compiled executor", async () => {
  const module = await readKernels();
  const create = (changes: Partial<typeof options> = {}) =>
    createWasmExecutor({ ...options, ...changes }, module);

  test("gathers loss and counts until they are read", async () => {
    const executor = create();
    expect((await executor.readMetrics()).lastLoss).toBeNaN();
    await executor.trainStep(batchOf(4), 0.01);
    const first = await executor.readMetrics();
    expect(first).toMatchObject({ numImages: 4, numSteps: 1, lossSum: first.lastLoss });
    await executor.trainStep(batchOf(4), 0.01);
    await executor.trainStep(batchOf(3), 0.01);
    expect(await executor.readMetrics()).toMatchObject({ numImages: 7, numSteps: 2 });
    expect(await executor.readMetrics()).toMatchObject({ lossSum: 0, numCorrect: 0, numSteps: 0 });
  });

  test("trains batches of other sizes, smaller and larger, on the same weights", async () => {
    const [both, large] = [create(), create({ batchSize: 9 })];
    await both.trainStep(batchOf(9), 0.01);
    await large.trainStep(batchOf(9), 0.01);
    expect(plain(await both.readWeights())).toEqual(plain(await large.readWeights()));
    await both.trainStep(batchOf(1), 0.01);
    await large.trainStep(batchOf(1), 0.01);
    expect(plain(await both.readWeights())).toEqual(plain(await large.readWeights()));
  });

  test("clips gradients to the same bits after programs of other kinds and sizes", async () => {
    const clipped = planOptions(remainingOperations(), { optimizer: { clipNorm: 0.1 } });
    const [alone, between] = [
      createWasmExecutor(clipped, module),
      createWasmExecutor(clipped, module),
    ];
    await between.predict(batchOf(2));
    await between.evaluate([batchOf(5), batchOf(30)]);
    for (const executor of [alone, between]) {
      await executor.trainStep(batchOf(2), 0.01);
      await executor.trainStep(batchOf(7), 0.01);
    }
    expect(plain(await between.readWeights())).toEqual(plain(await alone.readWeights()));
  });

  test("evaluates batches of any size as the reference does", async () => {
    const [ours, theirs] = [create(), createReferenceExecutor(options)];
    const batches = [batchOf(4, "a"), batchOf(1, "b"), batchOf(30, "c")];
    const [result, expected] = [await ours.evaluate(batches), await theirs.evaluate(batches)];
    expect(result.loss).toBeCloseTo(expected.loss, 5);
    const exact = { loss: 0, probabilities: [] };
    expect({ ...result, ...exact }).toEqual({ ...expected, ...exact });
    for (const [place, probability] of result.probabilities.entries())
      expect(probability).toBeCloseTo(expected.probabilities[place] ?? Number.NaN, 5);
  });

  test("gives the same bits twice", async () => {
    const run = async () => {
      const executor = create();
      for (let step = 0; step < 3; step += 1) await executor.trainStep(batchOf(4), 0.01);
      return plain(await executor.readWeights());
    };
    expect(await run()).toEqual(await run());
  });

  test("takes gradients without changing weights, statistics or metrics", async () => {
    const executor = create();
    const before = plain(await executor.readWeights());
    const gradients = plain(await executor.gradients(batchOf(4)));
    expect(plain(await executor.gradients(batchOf(4)))).toEqual(gradients);
    expect(plain(await executor.readWeights())).toEqual(before);
    expect(await executor.readMetrics()).toMatchObject({ lossSum: 0, numSteps: 0 });
  });

  test("learns a batch of pixels by heart", async () => {
    const random = randomStream(5, "pixels");
    const graph = buildXception({ ...oneMinute.settings, width: 0.125 });
    const executor = createWasmExecutor(planOptions(graph, { batchSize: 8 }), module);
    const batch: PixelBatch = {
      kind: "pixels",
      pixels: Uint8Array.from({ length: 8 * 784 }, () => random.nextInteger(256)),
      labels: Uint8Array.from({ length: 8 }, (_, image) => image),
      height: 28,
      width: 28,
      channels: 1,
      numImages: 8,
    };
    for (let step = 0; step < 30; step += 1) await executor.trainStep(batch, 0.003);
    expect((await executor.readMetrics()).lastLoss).toBeLessThan(0.1);
  });

  test("refuses a plan that no memory holds before it starts, with the number", () => {
    const graph = buildXception({ ...oneMinute.settings, inputSize: 299, width: 1 });
    expect(() => createWasmExecutor(planOptions(graph, { batchSize: 512 }), module)).toThrowError(
      expect.objectContaining({
        code: "engine.out-of-memory",
        message: expect.stringMatching(/expected room for [\d.]+ GB/),
      }),
    );
  });

  test("refuses a batch of the wrong shape", async () => {
    const wrong = { ...batchOf(2), values: new Float32Array(3) };
    await expect(create().trainStep(wrong, 0.1)).rejects.toMatchObject({
      code: "network.shape-mismatch",
    });
  });
});
