import { expect, test } from "vitest";
import { readKernels } from "../../cli/readKernels.ts";
import { startNodeHelper } from "../../cli/startNodeHelper.ts";
import type { PixelBatch } from "../../core/pixelBatch.ts";
import type { HelperWorker } from "../../exec/wasm/helperThreads.ts";
import { createWasmExecutor } from "../../exec/wasm/wasmExecutor.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import { oneMinute } from "../../settings/recipes/oneMinute.ts";
import type { Settings } from "../../settings/settings.ts";
import type { RunData } from "../data/runData.ts";
import { selectEngine } from "../engine/selectEngine.ts";
import { run } from "./run.ts";
import { createGate } from "./runControl.ts";

const SIDE = 28;
const settings: Settings = {
  ...oneMinute.settings,
  width: 0.125,
  batchSize: 4,
  budget: "steps",
  steps: 100_000,
};

function batchOf(numImages: number): PixelBatch {
  return {
    kind: "pixels",
    pixels: new Uint8Array(numImages * SIDE * SIDE).map((_, index) => (index * 7) % 256),
    labels: new Uint8Array(numImages).map((_, index) => index % 10),
    height: SIDE,
    width: SIDE,
    channels: 1,
    numImages,
  };
}

async function* batches(count: number): AsyncIterable<PixelBatch> {
  for (let index = 0; index < count; index += 1) yield batchOf(settings.batchSize);
}

const data: RunData = {
  description: {
    id: "starter",
    title: "Test images",
    classes: Array.from({ length: 10 }, (_, index) => String(index)),
    numTrain: 400_000,
    numTest: 4,
    height: SIDE,
    width: SIDE,
    channels: 1,
    sizeBytes: 1,
    numShards: 1,
    fallbackReason: "",
  },
  numTrain: 400_000,
  numValidation: 0,
  notes: [],
  trainingBatches: () => batches(100_000),
  validationBatches: () => batches(0),
  testBatches: () => batches(1),
  testImages: async (indices) => batchOf(indices.length),
  validationImages: async (_part, places) => batchOf(places.length),
};

test("a thread killed in the middle of a run fails it with a message, and its curve was told before", async () => {
  const workers: HelperWorker[] = [];
  const events: WorkerEvent[] = [];
  const failed = new Promise<WorkerEvent>((resolve) => {
    const emit = (event: WorkerEvent) => {
      events.push(event);
      if (event.type === "step.completed") workers[0]?.terminate();
      if (event.type === "run.failed") resolve(event);
    };
    void run({
      runId: "r",
      settings,
      emit,
      openData: async () => data,
      readBase: async () => new Map(),
      selectEngine: async (_settings, options) => {
        const kernels = await readKernels({ simd: "plain", memory: "shared" });
        const executor = createWasmExecutor(options, kernels, {
          threads: 2,
          startHelper: (task, onReport) => {
            const worker = startNodeHelper(task, onReport);
            workers.push(worker);
            return worker;
          },
        });
        return { executor, reason: "It is the one that is tested.", fallbacks: [] };
      },
      gate: createGate({ onPaused: () => {}, onResumed: () => {} }, false),
      steered: () => undefined,
    });
  });
  expect(await failed).toMatchObject({
    error: { code: "engine.device-lost", context: { setting: "engine" } },
  });
  expect(events.some((event) => event.type === "step.completed")).toBe(true);
}, 60_000);

test("threads that die again and again leave the run to one, which ends it", async () => {
  const workers: HelperWorker[] = [];
  const events: WorkerEvent[] = [];
  const of = (type: WorkerEvent["type"]) => events.filter((event) => event.type === type);
  await new Promise<void>((resolve) => {
    void run({
      runId: "r",
      settings: { ...settings, engine: "wasm", steps: 12 },
      emit(event) {
        events.push(event);
        if (event.type === "step.completed") workers.pop()?.terminate();
        if (event.type === "run.failed" || event.type === "run.finished") resolve();
      },
      openData: async () => data,
      readBase: async () => new Map(),
      selectEngine: (asked, options, tell) =>
        selectEngine(asked, options, tell, {
          async openWasm(given, { threads }) {
            const memory = threads === 1 ? "unshared" : "shared";
            const kernels = await readKernels({ simd: "plain", memory });
            const executor = createWasmExecutor(given, kernels, {
              threads: threads === 1 ? 1 : 2,
              startHelper: (task, onReport) => {
                const worker = startNodeHelper(task, onReport);
                workers.push(worker);
                return worker;
              },
            });
            await executor.ready;
            return { executor, reason: "" };
          },
        }),
      gate: createGate({ onPaused: () => {}, onResumed: () => {} }, false),
      steered: () => undefined,
      readingIntervalMs: 0,
    });
  });
  expect(of("run.failed")).toEqual([]);
  expect(of("engine.recovered")).toHaveLength(2);
  expect(of("engine.chosen")).toMatchObject([
    { label: expect.stringContaining("2 threads") },
    { label: expect.stringContaining("one thread") },
  ]);
  expect(of("run.finished")).toMatchObject([{ step: 12 }]);
}, 60_000);
