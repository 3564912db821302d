import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { newestSummary } from "../../checkpoint/checkpointStore.ts";
import { memoryFolder } from "../../checkpoint/memoryFolder.ts";
import { idxFile } from "../../data/own/madeFiles.ts";
import type { Executor } from "../../exec/executor.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import { openRunData } from "../../train/data/openRunData.ts";
import { run } from "../../train/loop/run.ts";
import { createGate } from "../../train/loop/runControl.ts";
import { openWasm } from "../engines.ts";
import { DATA_URL, fetchFromDisk, readBaseFromDisk } from "./dataOnDisk.ts";
import { ownFilesIn } from "./ownFilesOnDisk.ts";
import { type Trained, type TrainingHooks, trainInTerminal } from "./trainInTerminal.ts";
import { readTrainingRequest } from "./trainingRequest.ts";

const STEPS = 4;
const OWN = [
  ...["one-minute", "--steps", String(STEPS), "--set", "width=0.125"],
  ...["--set", "batchSize=8", "--set", "schedule=constant"],
];
const SMALL = [...OWN, "--set", "dataSet=starter", "--set", "holdOut=16"];

const silent: TrainingHooks = { onEvent: () => {} };

async function trained(...more: string[]): Promise<Trained> {
  const outcome = await trainInTerminal(readTrainingRequest([...SMALL, ...more]), silent);
  if (outcome.kind === "failed") throw new Error(outcome.error.message);
  return outcome;
}

/** Returns the weights of a run that the page starts: it reads metrics at time intervals instead of after every step. */
async function weightsOfThePagesRun(): Promise<ReadonlyMap<string, Float32Array>> {
  const { settings } = readTrainingRequest(SMALL);
  const data = { onProgress: () => {} };
  let executor: Executor | undefined;
  await new Promise<void>((resolve) => {
    void run({
      runId: "page",
      settings,
      emit: ({ type }: WorkerEvent) => {
        if (type === "run.finished" || type === "run.failed") resolve();
      },
      openData: (asSet) =>
        openRunData({ dataUrl: DATA_URL, transport: { fetch: fetchFromDisk } }, asSet, data),
      readBase: readBaseFromDisk,
      selectEngine: async (_settings, options) => {
        executor = await openWasm(options, 0);
        return { executor, reason: "", fallbacks: [] };
      },
      gate: createGate({ onPaused: () => {}, onResumed: () => {} }, false),
      steered: () => undefined,
    });
  });
  return executor?.readWeights() ?? new Map();
}

describe("a training in the terminal", () => {
  test("gives its files before its last checkpoint can no longer go on", async () => {
    const folder = memoryFolder();
    const given: (boolean | undefined)[] = [];
    const onTrained = async ({ files }: Trained) => {
      expect(files.history.training).toHaveLength(STEPS);
      given.push((await newestSummary(folder))?.isFinished);
    };
    const checkpoints = { folder, recipe: "one-minute", leastIntervalMs: 0 };
    const request = readTrainingRequest(SMALL);
    const { kind } = await trainInTerminal(request, { ...silent, checkpoints, onTrained });
    expect(kind).toBe("trained");
    expect(given).toEqual([false]);
    expect((await newestSummary(folder))?.isFinished).toBe(true);
  });

  test("gives the result in the form that --json prints", async () => {
    const { result } = await trained("--seed", "3");
    expect(Object.keys(result)).toEqual([
      "recipe",
      "engine",
      "seed",
      "steps",
      "weightsStep",
      "trainSeconds",
      "testAccuracy",
      "confusionMatrix",
      "history",
      "testImages",
      "validationAccuracy",
      "validationImages",
      "statistics",
      "lag",
      "classes",
      "stopped",
      "ending",
      "version",
    ]);
    expect(result).toMatchObject({ recipe: "one-minute", engine: "wasm", seed: 3, steps: STEPS });
    expect(result.trainSeconds).toBeGreaterThan(0);
    expect(result.confusionMatrix).toHaveLength(10);
    const counts = result.confusionMatrix.flat();
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1000);
    const right = result.confusionMatrix.reduce((sum, row, index) => sum + (row[index] ?? 0), 0);
    expect(result.testAccuracy).toBeCloseTo(right / 1000, 12);
    expect(result.history.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    expect(result.history.every(({ loss }) => Number.isFinite(loss))).toBe(true);
  });

  test("ends with the page's weights, to the bit", async () => {
    const { files } = await trained();
    expect(files.network.weights).toEqual(await weightsOfThePagesRun());
  });

  test("another seed gives another run", async () => {
    const [one, other] = [await trained("--seed", "1"), await trained("--seed", "2")];
    expect(other.result.history).not.toEqual(one.result.history);
  });

  test("any number of threads gives the same run, to the bit", async () => {
    const [one, two] = [await trained("--threads", "1"), await trained("--threads", "2")];
    expect(two.result.history).toEqual(one.result.history);
    expect(two.files.network.weights).toEqual(one.files.network.weights);
  });

  test("the reference trains the same network", async () => {
    const [wasm, reference] = [await trained(), await trained("--engine", "reference")];
    expect(reference.result.engine).toBe("reference");
    expect(reference.result.history[0]?.loss).toBeCloseTo(wasm.result.history[0]?.loss ?? 0, 4);
  });

  test("ends at once where it is told to, with what is trained until then and no test", async () => {
    const stop = new AbortController();
    const onEvent = (event: WorkerEvent) => {
      if (event.type === "step.completed") stop.abort();
    };
    const request = readTrainingRequest(SMALL);
    const outcome = await trainInTerminal(request, { onEvent, stop: stop.signal });
    if (outcome.kind === "failed") throw new Error(outcome.error.message);
    const { result, files } = outcome;
    expect(result).toMatchObject({ steps: 1, stopped: true, testAccuracy: null, testImages: 0 });
    expect(files.network).toMatchObject({ step: 1, test: null });
    expect(files.history.training).toHaveLength(1);
  });

  test("says why it failed, and that nothing was trained", async () => {
    const request = readTrainingRequest([...SMALL, "--set", "trainingImages=4"]);
    const outcome = await trainInTerminal(request, silent);
    expect(outcome).toMatchObject({
      kind: "failed",
      stepsDone: 0,
      error: { code: "data.too-few-images" },
    });
  });
});

describe("own files in a folder", () => {
  test("are trained on by what their names say, with their own classes", async () => {
    const folder = await mkdtemp(join(tmpdir(), "own-"));
    try {
      const images = (count: number) => Array.from({ length: count * 64 }, (_, at) => at % 251);
      const files = [
        idxFile("train-images-idx3-ubyte", [24, 8, 8], images(24)),
        idxFile(
          "train-labels-idx1-ubyte",
          [24],
          Array.from({ length: 24 }, (_, at) => at % 3),
        ),
        idxFile("t10k-images-idx3-ubyte", [6, 8, 8], images(6)),
        idxFile("t10k-labels-idx1-ubyte", [6], [0, 1, 2, 0, 1, 2]),
      ];
      for (const { path, file } of files)
        await writeFile(join(folder, path), new Uint8Array(await file.arrayBuffer()));
      const own = await ownFilesIn(folder);
      expect(own.kind).toBe("mnist");
      const request = readTrainingRequest([...OWN, "--engine", "wasm", "--data", folder]);
      const settings = { ...request.settings, dataSet: own.kind };
      const outcome = await trainInTerminal(
        { ...request, settings },
        { ...silent, ownFiles: own.files },
      );
      if (outcome.kind === "failed") throw new Error(outcome.error.message);
      expect(outcome.result.steps).toBe(STEPS);
      expect(outcome.result.confusionMatrix.map((row) => row.reduce((a, b) => a + b))).toEqual([
        2, 2, 2,
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("that make no data set are refused with what is there", async () => {
    const folder = await mkdtemp(join(tmpdir(), "own-"));
    try {
      await expect(ownFilesIn(folder)).rejects.toMatchObject({ code: "command.invalid" });
      await writeFile(join(folder, "cat.jpg"), "");
      await expect(ownFilesIn(folder)).rejects.toThrow("only a browser decodes");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
