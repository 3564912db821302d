import { expect, test } from "vitest";
import { readKernels } from "../../cli/readKernels.ts";
import type { PixelBatch } from "../../core/pixelBatch.ts";
import type { ExecutorOptions } from "../../exec/executor.ts";
import { createWasmExecutor } from "../../exec/wasm/wasmExecutor.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import { oneMinute } from "../../settings/recipes/oneMinute.ts";
import type { Settings } from "../../settings/settings.ts";
import type { RunData } from "../data/runData.ts";
import { type FakeExecutor, fakeData, fakeExecutor } from "./fakeRun.ts";
import { type RaceOptions, race } from "./race.ts";
import { run } from "./run.ts";
import { createGate } from "./runControl.ts";

const SETTINGS: Settings = {
  ...oneMinute.settings,
  schedule: "constant",
  batchSize: 8,
  budget: "steps",
  steps: 12,
};
const LANES = [
  { runId: "race/0", settings: SETTINGS },
  { runId: "race/1", settings: { ...SETTINGS, convolution: "ordinary" } },
] as const;

function started(
  executors: readonly FakeExecutor[] = [fakeExecutor(), fakeExecutor()],
  changes: Partial<RaceOptions> & { readonly paused?: boolean } = {},
) {
  const events: WorkerEvent[] = [];
  const order: string[] = [];
  const emit = (event: WorkerEvent) => void events.push(event);
  const gate = createGate(
    {
      onPaused: (report) => emit({ type: "run.paused", runId: "race", ...report }),
      onResumed: (report) => emit({ type: "run.resumed", runId: "race", ...report }),
    },
    changes.paused ?? false,
  );
  const waiting = executors.map((executor, index) => ({
    ...executor,
    trainStep: (...parameters: Parameters<FakeExecutor["trainStep"]>) => {
      order.push(String(index));
      return executor.trainStep(...parameters);
    },
  }));
  const over = race({
    runId: "race",
    lanes: LANES,
    emit,
    openData: async () => fakeData(),
    readBase: async () => new Map(),
    selectEngine: async () => {
      const executor = waiting.shift();
      if (executor === undefined)
        throw new Error("more engines are asked for than there are lanes");
      return { executor, reason: "there is no other", fallbacks: [] };
    },
    gate,
    memoryLimitBytes: 1e9,
    ...changes,
  });
  const of = (runId: string, type: WorkerEvent["type"]) =>
    events.filter((event) => event.type === type && "runId" in event && event.runId === runId);
  return { over, events, order, executors, gate, of };
}

test("both networks get the same batches, in turn by step", async () => {
  const { over, executors, order } = started(undefined, {
    lanes: LANES.map((lane) => ({ ...lane, settings: { ...lane.settings, zoom: 0.2 } })),
  });
  await over;
  const [one, other] = executors.map(({ batches }) => batches);
  expect(one).toHaveLength(12);
  expect(one?.every((batch, index) => batch === other?.[index])).toBe(true);
  expect(one?.every((batch) => batch.kind === "pixels" && batch.maps !== undefined)).toBe(true);
  expect(order.join("")).toBe("01".repeat(12));
});

test("each lane tells of itself, validates all through the race and at its end on all images held out, and is tested", async () => {
  const { over, of } = started();
  await over;
  for (const { runId } of LANES) {
    expect(of(runId, "step.completed").at(-1)).toMatchObject({
      step: 12,
      trainMs: expect.any(Number),
    });
    expect(of(runId, "validation.completed")).toHaveLength(12);
    expect(of(runId, "validation.completed").at(-1)).toMatchObject({ step: 12, whole: true });
    expect(of(runId, "test.completed")).toMatchObject([{ step: 12, numImages: 8 }]);
    expect(of(runId, "run.finished")).toMatchObject([{ step: 12 }]);
  }
  expect(of("race", "run.finished")).toMatchObject([{ step: 12 }]);
});

test("a network that diverges says so, and the other one goes on to the end", async () => {
  const diverging = fakeExecutor({ lossAt: (step) => (step >= 5 ? Number.NaN : 1) });
  const { over, of, executors } = started([diverging, fakeExecutor()]);
  await over;
  expect(of("race/0", "run.failed")).toMatchObject([{ step: 5, error: { code: "run.diverged" } }]);
  expect(executors.map(({ rates }) => rates.length)).toEqual([5, 12]);
  expect(of("race/0", "test.completed")).toEqual([]);
  expect(of("race/1", "run.finished")).toHaveLength(1);
  expect(of("race", "run.finished")).toHaveLength(1);
});

test("a race in which every network fails has failed itself", async () => {
  const lossAt = () => Number.NaN;
  const { over, of } = started([fakeExecutor({ lossAt }), fakeExecutor({ lossAt })]);
  await over;
  expect(of("race", "run.finished")).toEqual([]);
  expect(of("race", "run.failed")).toMatchObject([{ error: { code: "run.diverged" } }]);
});

test("a lost device takes its network out although the step never comes back", async () => {
  const lost = {
    ...fakeExecutor({ deviceLost: Promise.resolve("the driver was reset") }),
    trainStep: () => new Promise<void>(() => {}),
  };
  const { over, of } = started([lost, fakeExecutor()]);
  await over;
  expect(of("race/0", "run.failed")).toMatchObject([{ error: { code: "engine.device-lost" } }]);
  expect(of("race/1", "run.finished")).toHaveLength(1);
});

test("started paused it takes one step of each, Step one more of each, Resume goes on to the end", async () => {
  const { over, executors, gate, of } = started(undefined, { paused: true });
  const steps = () => executors.map(({ rates }) => rates.length);
  await expect.poll(() => of("race", "run.paused")).toMatchObject([{ step: 1 }]);
  expect(steps()).toEqual([1, 1]);
  expect(of("race/1", "step.completed")).toMatchObject([{ step: 1 }]);
  gate.step();
  await expect.poll(() => of("race", "run.paused")).toMatchObject([{ step: 1 }, { step: 2 }]);
  expect(steps()).toEqual([2, 2]);
  gate.resume();
  await over;
  expect(steps()).toEqual([12, 12]);
});

test("networks that do not fit in memory together are refused with the numbers, before an engine is opened", async () => {
  const { over, of, events } = started(undefined, { memoryLimitBytes: 20e6 });
  await over;
  expect(of("race", "run.failed")).toMatchObject([
    {
      error: {
        code: "engine.out-of-memory",
        message: expect.stringMatching(/at most 20 MB, got [\d.]+ MB \([\d.]+ MB \+ [\d.]+ MB\)/),
        context: { limitBytes: 20e6, setting: "batchSize" },
      },
    },
  ]);
  expect(events.some(({ type }) => type === "engine.chosen")).toBe(false);
});

test("networks that would get other batches are refused with the setting", async () => {
  const { over, of } = started(undefined, {
    lanes: [LANES[0], { runId: "race/1", settings: { ...SETTINGS, seed: 2 } }],
  });
  await over;
  expect(of("race", "run.failed")).toMatchObject([
    { error: { code: "setting.invalid", context: { setting: "seed" } } },
  ]);
});

const SIDE = 28;

function imagesOf(first: number, numImages: number): PixelBatch {
  return {
    kind: "pixels",
    pixels: new Uint8Array(numImages * SIDE * SIDE).map((_, index) => (first + index * 7) % 256),
    labels: new Uint8Array(numImages).map((_, index) => (first + index) % 10),
    height: SIDE,
    width: SIDE,
    channels: 1,
    numImages,
  };
}

async function* batches(count: number): AsyncIterable<PixelBatch> {
  for (let index = 0; index < count; index += 1) yield imagesOf(index, 4);
}

test("a lane of a race ends with the same weights as the same network alone, to the bit", async () => {
  const settings: Settings = { ...SETTINGS, inputSize: 28, batchSize: 4, steps: 3, shear: 10 };
  const description = {
    ...fakeData().description,
    classes: [..."abcdefghij"],
    height: SIDE,
    width: SIDE,
  };
  const data: RunData = fakeData({
    description,
    trainingBatches: () => batches(20),
    validationBatches: () => batches(1),
    testBatches: () => batches(2),
    testImages: async (indices) => imagesOf(0, indices.length),
  });
  const weights: ReadonlyMap<string, Float32Array>[] = [];
  const open = async (_settings: Settings, options: ExecutorOptions) => {
    const kernels = await readKernels({ simd: "plain", memory: "unshared" });
    const executor = createWasmExecutor(options, kernels);
    return { executor, reason: "It is the one that is tested.", fallbacks: [] };
  };
  const gate = () => createGate({ onPaused: () => {}, onResumed: () => {} }, false);
  /** Opens engines and keeps their weights at the moment when the test of their network begins. */
  const keeping: typeof open = async (given, options) => {
    const chosen = await open(given, options);
    const { executor } = chosen;
    const place = weights.push(new Map()) - 1;
    const evaluate = executor.evaluate.bind(executor);
    executor.evaluate = async (...parameters) => {
      weights[place] = await executor.readWeights();
      return evaluate(...parameters);
    };
    return chosen;
  };
  const failures: WorkerEvent[] = [];
  const collect = (event: WorkerEvent) => {
    if (event.type === "run.failed") failures.push(event);
  };
  await race({
    runId: "race",
    lanes: [
      { runId: "race/0", settings: { ...settings, residual: false } },
      { runId: "race/1", settings },
    ],
    emit: collect,
    openData: async () => data,
    readBase: async () => new Map(),
    selectEngine: keeping,
    gate: gate(),
    memoryLimitBytes: 1e9,
  });
  await new Promise<void>((resolve) => {
    const emit = (event: WorkerEvent) => {
      collect(event);
      if (event.type === "run.finished" || event.type === "run.failed") resolve();
    };
    const openData = async () => data;
    const readBase = async () => new Map();
    void run({
      runId: "r",
      settings,
      emit,
      openData,
      readBase,
      selectEngine: keeping,
      gate: gate(),
      steered: () => undefined,
    });
  });
  expect(failures).toEqual([]);
  const [other, lane, alone] = weights;
  expect(alone?.size).toBeGreaterThan(50);
  expect(lane).toEqual(alone);
  expect(other).not.toEqual(alone);
});
