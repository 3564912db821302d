/**
 * Everything before the first step: data opened and flowing, network built, engine ready. Shared by training and
 * by measuring, so that a measurement times what a run would do.
 */
import type { Executor, ExecutorOptions, PixelBatch } from "../exec/executor.ts";
import type { WorkerEvent } from "../protocol/events.ts";
import { analyze } from "../spec/analyze.ts";
import { asTrained } from "../spec/asTrained.ts";
import { buildXception } from "../spec/networks/xception.ts";
import type { Settings } from "../spec/settings.ts";
import { type Budget, runBudget } from "./budget.ts";
import { executorOptions } from "./executorOptions.ts";
import type { RunData } from "./runData.ts";

/** An executor with the story of how it came to be chosen. */
export interface ChosenEngine {
  readonly executor: Executor;
  /** Why this one: a sentence. */
  readonly reason: string;
  readonly fallbacks: readonly { readonly backend: string; readonly reason: string }[];
}

export interface RunEnvironment {
  readonly runId: string;
  /** As the person set them. */
  readonly settings: Settings;
  readonly emit: (event: WorkerEvent) => void;
  readonly openData: (settings: Settings) => Promise<RunData>;
  readonly selectEngine: (settings: Settings, options: ExecutorOptions) => Promise<ChosenEngine>;
}

export interface PreparedRun {
  /** As trained: what `asTrained` made of the settings. */
  readonly settings: Settings;
  readonly data: RunData;
  readonly executor: Executor;
  readonly budget: Budget;
  /** The batches of the first epoch; the first of them has already arrived. */
  readonly firstEpoch: AsyncIterable<PixelBatch>;
}

/** @throws PlaygroundError of the settings, the data or the engine. */
export async function prepareRun({
  runId,
  settings: asSet,
  emit,
  openData,
  selectEngine,
}: RunEnvironment): Promise<PreparedRun> {
  emit({ type: "run.phaseChanged", runId, phase: "loading", detail: "Reading the list of shards" });
  const data = await openData(asSet);
  emit({ type: "dataset.described", dataSet: data.description });

  const { settings, notes } = asTrained(asSet, data.description.classes.length);
  const graph = buildXception(settings);
  analyze(graph);
  const budget = runBudget(settings, data.numTrain);
  emit({
    type: "run.prepared",
    runId,
    ...budget,
    numTrain: data.numTrain,
    numValidation: data.numValidation,
    batchSize: settings.batchSize,
    dataSet: data.description,
    notes: [...notes, ...data.notes],
  });

  emit({ type: "run.phaseChanged", runId, phase: "loading", detail: "Filling the shuffle buffer" });
  const firstEpoch = await startedStream(data.trainingBatches(0));
  emit({
    type: "run.phaseChanged",
    runId,
    phase: "compiling",
    detail: "Building the network on the engine",
  });
  const { executor, reason, fallbacks } = await selectEngine(
    settings,
    executorOptions(settings, graph),
  );
  emit({
    type: "engine.chosen",
    runId,
    ...executor.info,
    reason,
    fallbacks: [...fallbacks],
  });
  return { settings, data, executor, budget, firstEpoch };
}

/** The same stream, once its first element is here. */
async function startedStream<T>(stream: AsyncIterable<T>): Promise<AsyncIterable<T>> {
  const iterator = stream[Symbol.asyncIterator]();
  const first = await iterator.next();
  return (async function* () {
    try {
      for (let result = first; !result.done; result = await iterator.next()) yield result.value;
    } finally {
      await iterator.return?.();
    }
  })();
}
