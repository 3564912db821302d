import * as tf from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import type { PixelBatch } from "../../core/pixelBatch.ts";
import { createBuilder } from "../../network/networks/builder.ts";
import type { OptimizerKind } from "../../settings/optimizers.ts";
import type { Executor, ExecutorOptions } from "../executor.ts";
import { createTfjsExecutor } from "./createTfjsExecutor.ts";

const SIDE = 8;

/** A little of everything that Xception has. */
function smallNetwork() {
  const net = createBuilder("small");
  let x = net.input("input", [SIDE, SIDE, 1]);
  x = net.conv2d(x, "conv", { filters: 4, kernelSize: [3, 3], padding: "same", useBias: false });
  x = net.activation(net.batchNormalization(x, "conv_bn"), "conv_act", "relu");
  const shortcut = net.conv2d(x, "shortcut", {
    filters: 4,
    kernelSize: [1, 1],
    strides: [2, 2],
    padding: "same",
  });
  x = net.separableConv2d(x, "sepconv", {
    filters: 4,
    kernelSize: [3, 3],
    padding: "same",
    useBias: false,
  });
  x = net.batchNormalization(x, "sepconv_bn");
  x = net.pooling(x, "pool", "MaxPooling2D", {
    poolSize: [3, 3],
    strides: [2, 2],
    padding: "same",
  });
  x = net.globalAveragePooling2d(net.add("add", x, shortcut), "avg_pool");
  net.dense(x, "predictions", 3, "softmax");
  return net.finish();
}

function executorFor(
  changes: Partial<ExecutorOptions> = {},
  kind: OptimizerKind = "adam",
): Promise<Executor> {
  const options: ExecutorOptions = {
    graph: smallNetwork(),
    batchSize: 6,
    seed: 3,
    preparation: "standardize",
    labelSmoothing: 0,
    frozenLayers: 0,
    optimizer: {
      kind,
      momentum: 0.9,
      weightDecay: 0.01,
      clipNorm: 1,
      epsilon: 1e-7,
      beta1: 0.9,
      beta2: 0.999,
      rho: 0.9,
    },
    ...changes,
  };
  return createTfjsExecutor({ options, backend: "cpu" }).then(({ executor }) => executor);
}

/** Creates images with three kinds of stripes, which the network can distinguish. */
function batchOf(numImages: number, offset = 0): PixelBatch {
  const labels = Uint8Array.from({ length: numImages }, (_, image) => (image + offset) % 3);
  const pixels = Uint8Array.from({ length: numImages * SIDE * SIDE }, (_, index) => {
    const [image, row, column] = [
      Math.floor(index / (SIDE * SIDE)),
      Math.floor(index / SIDE) % SIDE,
      index % SIDE,
    ];
    const stripe = [row % 2, column % 2, (row + column) % 2][labels[image] ?? 0] ?? 0;
    return 40 + 150 * stripe + ((index * 37 + offset * 11) % 50);
  });
  return { kind: "pixels", pixels, labels, height: SIDE, width: SIDE, channels: 1, numImages };
}

const bits = (weights: ReadonlyMap<string, Float32Array>) =>
  [...weights].map(([path, values]) => [path, [...values]]);

describe("training", () => {
  test("learns, and gathers loss, accuracy and counts until they are read", async () => {
    const executor = await executorFor();
    await executor.trainStep(batchOf(6), 0.01);
    const first = await executor.readMetrics();
    expect(first).toMatchObject({ numImages: 6, numSteps: 1 });
    expect(first.lossSum).toBeCloseTo(first.lastLoss, 6);
    for (let step = 1; step < 40; step += 1) await executor.trainStep(batchOf(6, step), 0.01);
    const later = await executor.readMetrics();
    expect(later).toMatchObject({ numImages: 234, numSteps: 39 });
    expect(later.lossSum / later.numSteps).toBeLessThan(first.lossSum);
    expect(later.lastLoss).toBeLessThan(0.5 * first.lastLoss);
    expect(await executor.readMetrics()).toMatchObject({
      lossSum: 0,
      numCorrect: 0,
      numImages: 0,
      numSteps: 0,
      lastLoss: later.lastLoss,
    });
    executor.dispose();
  });

  test.each(["adam", "adamw", "sgd", "rmsprop", "adadelta"] as const)(
    "with %s holds no more tensors after five steps than after one",
    async (kind) => {
      const executor = await executorFor({}, kind);
      const counts: number[] = [];
      for (let step = 0; step < 6; step += 1) {
        await executor.trainStep(batchOf(6, step), 0.001);
        counts.push(executor.memory().numTensors);
      }
      expect(new Set(counts.slice(1))).toEqual(new Set([counts[0]]));
      executor.dispose();
    },
  );

  test("gives the same weights to the bit from the same seed", async () => {
    const runs = [await executorFor(), await executorFor()];
    const ends: unknown[] = [];
    for (const executor of runs) {
      for (let step = 0; step < 3; step += 1) await executor.trainStep(batchOf(6, step), 0.01);
      ends.push(bits(await executor.readWeights()));
      executor.dispose();
    }
    expect(ends[0]).toEqual(ends[1]);
  });

  test("leaves frozen layers as they are to the bit, moving statistics included, and trains the others", async () => {
    const executor = await executorFor({ frozenLayers: 4 });
    const before = new Map(bits(await executor.readWeights()) as [string, number[]][]);
    for (let step = 0; step < 3; step += 1) await executor.trainStep(batchOf(6, step), 0.01);
    const after = new Map(bits(await executor.readWeights()) as [string, number[]][]);
    const same = [...after.keys()].filter(
      (path) => JSON.stringify(after.get(path)) === JSON.stringify(before.get(path)),
    );
    expect(same).toEqual([
      "conv/kernel",
      "conv_bn/gamma",
      "conv_bn/beta",
      "conv_bn/moving_mean",
      "conv_bn/moving_variance",
    ]);
    expect((await executor.gradients(batchOf(6))).has("conv/kernel")).toBe(false);
    executor.dispose();
  });

  test("with every layer frozen still reports the loss and changes nothing", async () => {
    const executor = await executorFor({ frozenLayers: 99 });
    const before = bits(await executor.readWeights());
    await executor.trainStep(batchOf(6), 0.01);
    expect((await executor.readMetrics()).lastLoss).toBeGreaterThan(0);
    expect(bits(await executor.readWeights())).toEqual(before);
    executor.dispose();
  });

  test("takes gradients without changing weights, statistics or the number of tensors", async () => {
    const executor = await executorFor();
    const [before, numTensors] = [bits(await executor.readWeights()), executor.memory().numTensors];
    const gradients = await executor.gradients(batchOf(6));
    expect(gradients.get("sepconv/depthwise_kernel")).toHaveLength(3 * 3 * 4);
    expect(gradients.get("conv/kernel")?.some((value) => value !== 0)).toBe(true);
    expect(bits(await executor.readWeights())).toEqual(before);
    expect(executor.memory().numTensors).toBe(numTensors);
    executor.dispose();
  });

  test("tells a loss that is not finite instead of hiding it", async () => {
    const executor = await executorFor();
    await executor.trainStep(batchOf(6), Number.NaN);
    await executor.trainStep(batchOf(6), 0.01);
    expect((await executor.readMetrics()).lastLoss).toBeNaN();
    executor.dispose();
  });
});

describe("inference", () => {
  test("counts every image once in the confusion matrix, also in a smaller last batch", async () => {
    const executor = await executorFor();
    const progress: number[] = [];
    const batches = [batchOf(6), batchOf(6, 1), batchOf(4, 2)];
    const result = await executor.evaluate(batches, (numImages) => void progress.push(numImages));
    expect(progress).toEqual([6, 12, 16]);
    expect(result.numImages).toBe(16);
    expect(result.predicted).toHaveLength(16);
    const rows = [0, 1, 2].map((row) =>
      result.confusion.slice(3 * row, 3 * row + 3).reduce((sum, count) => sum + count, 0),
    );
    const labels = batches.flatMap((batch) => [...batch.labels]);
    expect(rows).toEqual(
      [0, 1, 2].map((label) => labels.filter((other) => other === label).length),
    );
    const diagonal = [0, 4, 8].reduce((sum, cell) => sum + (result.confusion[cell] ?? 0), 0);
    expect(result.accuracy).toBe(diagonal / 16);
    executor.dispose();
  });

  test("gives the loss that follows from its own predictions, and leaves nothing behind", async () => {
    const executor = await executorFor();
    const batch = batchOf(6);
    const before = executor.memory().numTensors;
    const probabilities = await executor.predict(batch);
    const losses = [...batch.labels].map(
      (label, image) => -Math.log(probabilities[image * 3 + label] ?? Number.NaN),
    );
    const { loss } = await executor.evaluate([batch]);
    expect(loss).toBeCloseTo(losses.reduce((sum, value) => sum + value, 0) / 6, 5);
    expect(executor.memory().numTensors).toBe(before);
    executor.dispose();
  });

  test("refuses labels that the network has no class for", async () => {
    const executor = await executorFor();
    const batch = { ...batchOf(2), labels: Uint8Array.of(0, 3) };
    await expect(executor.predict(batch)).rejects.toMatchObject({ code: "network.shape-mismatch" });
    executor.dispose();
  });
});

describe("weights", () => {
  test("come back as they were written, and training goes on from them", async () => {
    const [executor, other] = [await executorFor(), await executorFor({ seed: 4 })];
    await executor.trainStep(batchOf(6), 0.01);
    const written = await executor.readWeights();
    await other.trainStep(batchOf(6), 0.01);
    other.writeWeights(written);
    expect(bits(await other.readWeights())).toEqual(bits(written));
    expect([...(await other.predict(batchOf(6)))]).toEqual([
      ...(await executor.predict(batchOf(6))),
    ]);
    await other.trainStep(batchOf(6), 0);
    expect((await other.readWeights()).get("conv/kernel")).toEqual(written.get("conv/kernel"));
    executor.dispose();
    other.dispose();
  });

  test("of a wrong path or length are refused, and nothing is written", async () => {
    const executor = await executorFor();
    const before = bits(await executor.readWeights());
    const good: [string, Float32Array] = ["predictions/bias", Float32Array.of(1, 2, 3)];
    expect(() =>
      executor.writeWeights(new Map([good, ["head/bias", new Float32Array(3)]])),
    ).toThrowError(
      expect.objectContaining({
        code: "network.shape-mismatch",
        context: expect.objectContaining({ path: "head/bias" }),
      }),
    );
    expect(() =>
      executor.writeWeights(new Map([good, ["conv/kernel", new Float32Array(3)]])),
    ).toThrowError(/36 values/);
    expect(bits(await executor.readWeights())).toEqual(before);
    executor.dispose();
  });

  test("and everything else are freed at the end", async () => {
    await tf.setBackend("cpu");
    const before = tf.memory().numTensors;
    const executor = await executorFor();
    await executor.trainStep(batchOf(6), 0.01);
    executor.dispose();
    executor.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
