import { describe, expect, test } from "vitest";
import { openWasm, openWebgpu } from "../../cli/engines.ts";
import type { PixelBatch } from "../../core/pixelBatch.ts";
import type { Executor, ExecutorOptions } from "../../exec/executor.ts";
import { createReferenceExecutor } from "../../exec/reference/referenceExecutor.ts";
import { createTfjsExecutor } from "../../exec/tfjs/createTfjsExecutor.ts";
import { createBuilder } from "../../network/networks/builder.ts";
import { planOptions } from "../../plan/planCases.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import { FIELDS } from "../../settings/fields.ts";
import { oneMinute } from "../../settings/recipes/oneMinute.ts";
import type { Settings } from "../../settings/settings.ts";
import { type StatisticsComparison, statisticsText } from "../../settings/statisticsText.ts";
import type { RunData } from "../data/runData.ts";
import { accuracyByBatch, createStatisticsCheck, leavingUnchanged } from "./batchStatistics.ts";
import { fakeData } from "./fakeRun.ts";
import { race } from "./race.ts";
import { run } from "./run.ts";
import { createGate } from "./runControl.ts";

const SIDE = 28;
const NUM_CLASSES = 4;

/** An image of class `n` is bright in the `n`-th quarter of its rows. */
function batchOf(numImages: number, side = SIDE, classes = NUM_CLASSES): PixelBatch {
  const labels = Uint8Array.from({ length: numImages }, (_, image) => image % classes);
  const pixels = Uint8Array.from({ length: numImages * side * side }, (_, at) => {
    const row = Math.floor(at / side) % side;
    const bright = Math.floor((row * classes) / side) === labels[Math.floor(at / side ** 2)];
    return (bright ? 150 : 30) + ((at * 37 + (at >> 5) * 11) % 90);
  });
  return { kind: "pixels", pixels, labels, height: side, width: side, channels: 1, numImages };
}

function smallNetwork(): ExecutorOptions {
  const net = createBuilder("small");
  let x = net.input("input", [8, 8, 1]);
  x = net.conv2d(x, "conv", { filters: 6, kernelSize: [3, 3] });
  x = net.activation(net.batchNormalization(x, "bn"), "act", "relu");
  net.dense(net.globalAveragePooling2d(x, "pool"), "predictions", NUM_CLASSES, "softmax");
  return planOptions(net.finish(), { batchSize: 16 });
}

const ENGINES: readonly (readonly [string, (options: ExecutorOptions) => Promise<Executor>])[] = [
  ["CPU compiled", (options) => openWasm(options, 1)],
  ["WebGPU compiled", openWebgpu],
  [
    "TensorFlow.js",
    async (options) => (await createTfjsExecutor({ options, backend: "cpu" })).executor,
  ],
];

describe("accuracy by the statistics of the batch", () => {
  test.each(ENGINES)("is the reference's, and leaves the engine as it was: %s", async (_, open) => {
    const options = smallNetwork();
    const [reference, executor] = [createReferenceExecutor(options), await open(options)];
    const batches = [batchOf(16, 8), batchOf(16, 8), batchOf(7, 8)];
    for (let step = 0; step < 6; step += 1) await reference.trainStep(batchOf(16, 8), 0.02);
    await reference.readMetrics();
    executor.writeWeights(await reference.readWeights());
    const before = await executor.readState();
    const look = (one: Executor) => leavingUnchanged(one, (lent) => accuracyByBatch(lent, batches));
    const [theirs, ours] = [await look(reference), await look(executor)];
    expect(ours).toBe(theirs);
    expect(theirs).toBeGreaterThan(1 / NUM_CLASSES);
    expect(await executor.readState()).toEqual(before);
    executor.dispose();
  });
});

const settings: Settings = {
  ...oneMinute.settings,
  ...{ inputSize: SIDE, width: 0.125, middleRepeats: 0, learningRate: 0.005, schedule: "constant" },
  ...{ batchSize: 16, budget: "steps", steps: 40, dropout: 0 },
};

async function* batches(count: number): AsyncIterable<PixelBatch> {
  for (let index = 0; index < count; index += 1) yield batchOf(16);
}

const data: RunData = fakeData({
  description: {
    ...fakeData().description,
    ...{ height: SIDE, width: SIDE, numTest: 64, classes: [..."abcd"] },
  },
  numValidation: 0,
  trainingBatches: () => batches(1000),
  testBatches: () => batches(4),
  testImages: async (indices) => batchOf(indices.length),
  validationImages: async (_part, places) => batchOf(places.length),
});

/** Returns what a short run reports about its test. */
async function testedWith(batchNormMomentum: number) {
  const events: WorkerEvent[] = [];
  await new Promise<void>((resolve) => {
    void run({
      runId: "r",
      settings: { ...settings, batchNormMomentum },
      emit(event) {
        events.push(event);
        if (event.type === "run.finished" || event.type === "run.failed") resolve();
      },
      openData: async () => data,
      readBase: async () => new Map(),
      selectEngine: async (_settings, options) => ({
        ...{ executor: await openWasm(options, 1), reason: "It is tested.", fallbacks: [] },
      }),
      gate: createGate({ onPaused: () => {}, onResumed: () => {} }, false),
      steered: () => undefined,
    });
  });
  expect(events.at(-1)?.type).toBe("run.finished");
  const tested = events.find((event) => event.type === "test.completed");
  const compared = events.find((event) => event.type === "statistics.compared");
  return { tested, text: compared ? statisticsText(compared, batchNormMomentum) : null };
}

test("a short run at a momentum of 0.99 says that its moving statistics trail, one at 0.5 does not", async () => {
  const slow = await testedWith(0.99);
  expect(slow.text).toMatch(
    /^The test lags behind training because of batch normalisation: .* 64 of/,
  );
  const quick = await testedWith(0.5);
  expect(quick.text).toBeNull();
  expect(quick.tested?.accuracy).toBeGreaterThan((slow.tested?.accuracy ?? 1) + 0.05);
});

test("in a race each network's lag is measured and told by itself", async () => {
  const events: WorkerEvent[] = [];
  const emit = (event: WorkerEvent) => void events.push(event);
  await race({
    runId: "race",
    lanes: [0.99, 0.5].map((batchNormMomentum, lane) => ({
      runId: `race/${lane}`,
      settings: { ...settings, batchNormMomentum },
    })),
    emit,
    openData: async () => data,
    readBase: async () => new Map(),
    selectEngine: async (_settings, options) => ({
      ...{ executor: await openWasm(options, 1), reason: "It is tested.", fallbacks: [] },
    }),
    gate: createGate({ onPaused: () => {}, onResumed: () => {} }, false),
    memoryLimitBytes: 1e9,
  });
  expect(events.at(-1)?.type).toBe("run.finished");
  const textOf = (runId: string, momentum: number) => {
    const compared = events.findLast(
      (event) => event.type === "statistics.compared" && event.runId === runId,
    );
    return compared?.type === "statistics.compared" ? statisticsText(compared, momentum) : null;
  };
  expect(textOf("race/0", 0.99)).toMatch(/^The test lags behind training/);
  expect(textOf("race/1", 0.5)).toBeNull();
});

test("the sentence comes where the statistics explain the lag, and names controls that are there", () => {
  const of = (change: Partial<StatisticsComparison>) =>
    statisticsText(
      { of: "test", numImages: 448, byMoving: 0.42, byBatch: 0.83, training: 0.84, ...change },
      0.99,
    );
  expect(of({})).toContain("448 of its images reach 83.0 %");
  expect(of({})).toContain(`${FIELDS.learningRate.label} or ${FIELDS.batchNormMomentum.label}.`);
  // Here the network memorised its training images, so the moving statistics are not the cause.
  expect(of({ byBatch: 0.44 })).toBeNull();
  expect(of({ byMoving: 0.82 })).toBeNull();
  expect(of({ training: 0.4, byMoving: 0.42 })).toBeNull();
});

test("images to compare come from the whole of an evaluation, and mix its classes", async () => {
  const taken: PixelBatch[] = [];
  const check = createStatisticsCheck(16, async (act) =>
    act({
      ...createReferenceExecutor(smallNetwork()),
      trainStep: async (batch) => void taken.push(batch as PixelBatch),
      readMetrics: async () => ({
        ...{ lossSum: 1, lastLoss: 1, numCorrect: 12, numImages: 16, numSteps: 1 },
      }),
    }),
  );
  check.trained({ lossSum: 1, lastLoss: 1, numCorrect: 15, numImages: 16, numSteps: 1 });
  // The images are sorted by class, as files in folders are.
  const numImages = 2000;
  const labels = Uint8Array.from({ length: numImages }, (_, image) => Math.floor(image / 500));
  const sorted = { ...batchOf(numImages, 1), labels };
  for await (const _ of check.sampled(
    (async function* () {
      yield sorted;
    })(),
  ));
  const evaluation = {
    ...{ loss: 1, accuracy: 0.25, numImages, confusion: new Uint32Array(16) },
    labels,
    predicted: new Uint8Array(numImages),
    probabilities: new Float32Array(4 * numImages),
  };
  expect(await check.compare("test", evaluation)).toMatchObject({
    ...{ of: "test", byMoving: expect.closeTo(0.25, 1), byBatch: 0.75, training: 15 / 16 },
  });
  expect(taken.length).toBeGreaterThan(20);
  for (const batch of taken) expect(new Set(batch.labels).size).toBe(4);
});
