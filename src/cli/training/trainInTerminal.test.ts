import { describe, expect, test } from "vitest";
import type { Executor } from "../../exec/executor.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import { openRunData } from "../../train/openRunData.ts";
import { run } from "../../train/run.ts";
import { createGate } from "../../train/runControl.ts";
import { openWasm } from "../engines.ts";
import { DATA_URL, fetchFromDisk, readBaseFromDisk } from "./dataOnDisk.ts";
import { type TrainingOutcome, trainInTerminal } from "./trainInTerminal.ts";
import { readTrainingRequest } from "./trainingRequest.ts";

const STEPS = 4;
const SMALL = [
  ...["one-minute", "--steps", String(STEPS), "--set", "dataSet=starter", "--set", "width=0.125"],
  ...["--set", "batchSize=8", "--set", "holdOut=16", "--set", "schedule=constant"],
];

type Trained = Extract<TrainingOutcome, { kind: "trained" }>;

async function trained(...more: string[]): Promise<Trained> {
  const outcome = await trainInTerminal(readTrainingRequest([...SMALL, ...more]), () => {});
  if (outcome.kind === "failed") throw new Error(outcome.error.message);
  return outcome;
}

/** The weights of a run with the loop as the page starts it: readings by the clock instead of after every step. */
async function weightsOfThePagesRun(): Promise<ReadonlyMap<string, Float32Array>> {
  const { settings } = readTrainingRequest(SMALL);
  const data = { onProgress: () => {}, onRetry: () => {} };
  let executor: Executor | undefined;
  await new Promise<void>((resolve) => {
    void run({
      runId: "page",
      settings,
      emit: ({ type }: WorkerEvent) => {
        if (type === "run.finished" || type === "run.failed") resolve();
      },
      openData: (asSet) => openRunData(DATA_URL, asSet, data, { fetch: fetchFromDisk }),
      readBase: readBaseFromDisk,
      selectEngine: async (_settings, options) => {
        executor = await openWasm(options, 0);
        return { executor, reason: "", fallbacks: [] };
      },
      gate: createGate({ onPaused: () => {}, onResumed: () => {} }, false),
      learningRate: () => settings.learningRate,
    });
  });
  return executor?.readWeights() ?? new Map();
}

describe("a training in the terminal", () => {
  test("gives the result in the form that --json prints", async () => {
    const { result } = await trained("--seed", "3");
    expect(Object.keys(result)).toEqual([
      "recipe",
      "engine",
      "seed",
      "steps",
      "trainSeconds",
      "testAccuracy",
      "confusionMatrix",
      "history",
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
    const { weights } = await trained();
    expect(weights).toEqual(await weightsOfThePagesRun());
  });

  test("another seed gives another run", async () => {
    const [one, other] = [await trained("--seed", "1"), await trained("--seed", "2")];
    expect(other.result.history).not.toEqual(one.result.history);
  });

  test("any number of threads gives the same run, to the bit", async () => {
    const [one, two] = [await trained("--threads", "1"), await trained("--threads", "2")];
    expect(two.result.history).toEqual(one.result.history);
    expect(two.weights).toEqual(one.weights);
  });

  test("the reference trains the same network", async () => {
    const [wasm, reference] = [await trained(), await trained("--engine", "reference")];
    expect(reference.result.engine).toBe("reference");
    expect(reference.result.history[0]?.loss).toBeCloseTo(wasm.result.history[0]?.loss ?? 0, 4);
  }, 120_000);

  test("says why it failed, and that nothing was trained", async () => {
    const request = readTrainingRequest([...SMALL, "--set", "trainingImages=4"]);
    const outcome = await trainInTerminal(request, () => {});
    expect(outcome).toMatchObject({
      kind: "failed",
      stepsDone: 0,
      error: { code: "data.too-few-images" },
    });
  });
});
