import { describe, expect, test } from "vitest";
import { openWebgpu } from "../../cli/engines.ts";
import { readKernels } from "../../cli/readKernels.ts";
import { confidenceOf } from "../../core/classified.ts";
import { append } from "../../core/numbers.ts";
import { randomStream } from "../../core/random.ts";
import { createBuilder } from "../../network/networks/builder.ts";
import { planOptions } from "../../plan/planCases.ts";
import { classProbabilities } from "../classProbabilities.ts";
import type { Executor, ExecutorOptions, PreparedBatch } from "../executor.ts";
import { createReferenceExecutor } from "../reference/referenceExecutor.ts";
import { createTfjsExecutor } from "../tfjs/createTfjsExecutor.ts";
import { createWasmExecutor } from "../wasm/wasmExecutor.ts";

const ENGINES: Readonly<Record<string, (options: ExecutorOptions) => Promise<Executor>>> = {
  reference: async (options) => createReferenceExecutor(options),
  wasm: async (options) => createWasmExecutor(options, await readKernels()),
  webgpu: openWebgpu,
  tfjs: async (options) => (await createTfjsExecutor({ options, backend: "cpu" })).executor,
};
const SIDE = 4;
const CLASSES = 3;
const random = randomStream(5, "batch");
const batchOf = (numImages: number): PreparedBatch => ({
  kind: "prepared",
  values: Float32Array.from({ length: numImages * SIDE ** 2 }, () => random.nextFloat()),
  labels: Uint8Array.from({ length: numImages }, (_, image) => image % CLASSES),
  numImages,
});
const BATCHES = [batchOf(4), batchOf(3)] as const;

function optionsFor(head: "softmax" | "linear"): ExecutorOptions {
  const net = createBuilder("judged");
  const x = net.conv2d(net.input("input", [SIDE, SIDE, 1]), "first", {
    filters: 4,
    kernelSize: [3, 3],
  });
  net.dense(net.globalAveragePooling2d(x, "average"), "predictions", CLASSES, head);
  return { ...planOptions(net.finish(), { batchSize: 4 }), preparation: "unit" };
}

describe.for(Object.keys(ENGINES))("%s", (name) => {
  const open = (options: ExecutorOptions) =>
    ENGINES[name]?.(options) ?? Promise.reject(new Error(name));

  test("an evaluation delivers the probabilities that the network predicts, finite or not", async () => {
    const executor = await open(optionsFor("softmax"));
    const result = await executor.evaluate(BATCHES);
    const predicted: number[] = [];
    for (const batch of BATCHES) append(predicted, await executor.predict(batch));
    expect(result.labels).toEqual(Uint8Array.of(0, 1, 2, 0, 0, 1, 2));
    expect(result.probabilities).toHaveLength(7 * CLASSES);
    for (const [at, probability] of result.probabilities.entries())
      expect(probability).toBeCloseTo(predicted[at] ?? Number.NaN, 6);

    executor.writeWeights(new Map([["predictions/kernel", new Float32Array(12).fill(Number.NaN)]]));
    const broken = await executor.evaluate(BATCHES);
    expect([...broken.labels.keys()].map((image) => confidenceOf(broken, image))).toEqual(
      Array.from({ length: 7 }, () => Number.NaN),
    );
    executor.dispose();
  });

  test("a linear head's output is divided by its sum and clipped, as in the loss", async () => {
    const executor = await open(optionsFor("linear"));
    const [batch] = BATCHES;
    const result = await executor.evaluate([batch]);
    const outputs = await executor.predict(batch);
    for (const [at, share] of classProbabilities(outputs, 4, CLASSES, "linear").entries())
      expect(result.probabilities[at]).toBeCloseTo(share, 5);
    const loss = [...result.labels].reduce(
      (sum, label, image) => sum - Math.log(result.probabilities[image * CLASSES + label] ?? 0) / 4,
      0,
    );
    expect(result.loss).toBeCloseTo(loss, 4);
    executor.dispose();
  });
});

test("probabilities of large logits, infinite ones and a head of one unit", () => {
  const rows = (outputs: number[], numImages: number, numClasses: number) => [
    ...classProbabilities(outputs, numImages, numClasses, "softmax"),
  ];
  expect(rows([1000, 1000, Number.NEGATIVE_INFINITY, 0], 2, 2)).toEqual([0.5, 0.5, 0, 1]);
  expect(rows([Number.POSITIVE_INFINITY, 0], 1, 2)).toEqual([Number.NaN, Number.NaN]);
  expect(rows([3], 1, 2)).toEqual([1, 0]);
});
