/**
 * One training run in the terminal: the page's own run loop, data and seeds, with shards from the disk and a reading
 * after every step. It tells what happens by the page's events and ends with the trained network, or with the
 * reason why there is none.
 */
import type { OwnFile } from "../../data/own/ownFile.ts";
import type { Executor, ExecutorOptions } from "../../exec/executor.ts";
import type { WorkerEvent, WorkerEventOf } from "../../protocol/events.ts";
import type { LayerGraph } from "../../spec/graph.ts";
import type { Settings } from "../../spec/settings.ts";
import { openRunData, type RunDataEvents } from "../../train/openRunData.ts";
import type { ChosenEngine, RunEnvironment, TellPhase } from "../../train/prepareRun.ts";
import { run } from "../../train/run.ts";
import { createGate } from "../../train/runControl.ts";
import { openReference, selectInTerminal } from "../engines.ts";
import { DATA_URL, fetchFromDisk, readBaseFromDisk } from "./dataOnDisk.ts";
import type { TrainingRequest } from "./trainingRequest.ts";

export interface HistoryPoint {
  /** Steps done, from 1. */
  readonly step: number;
  readonly loss: number;
  readonly accuracy: number;
}

/** What `--json` prints. */
export interface TrainingResult {
  readonly recipe: string;
  readonly engine: Executor["info"]["engine"];
  readonly seed: number;
  readonly steps: number;
  /** In steps alone: without loading, validation and test. */
  readonly trainSeconds: number;
  readonly testAccuracy: number;
  /** Counts of test images, rows the true class. */
  readonly confusionMatrix: readonly (readonly number[])[];
  /** One point a step. */
  readonly history: readonly HistoryPoint[];
}

export type TrainingOutcome =
  | {
      readonly kind: "trained";
      readonly result: TrainingResult;
      readonly graph: LayerGraph;
      readonly weights: ReadonlyMap<string, Float32Array>;
    }
  | { readonly kind: "failed"; readonly error: Failure; readonly stepsDone: number };

const RUN_ID = "terminal";

/** A serialised error, as events carry it. */
type Failure = WorkerEventOf<"run.failed">["error"];
type RunEnd = WorkerEventOf<"run.finished" | "run.failed">;

/** @param ownFiles for a data set made of them. */
export async function trainInTerminal(
  request: TrainingRequest,
  onEvent: (event: WorkerEvent) => void,
  ownFiles: readonly OwnFile[] = [],
): Promise<TrainingOutcome> {
  const history: HistoryPoint[] = [];
  let opened: { readonly executor: Executor; readonly graph: LayerGraph } | undefined;
  let tested: WorkerEventOf<"test.completed"> | undefined;
  const record = (event: WorkerEvent) => {
    onEvent(event);
    if (event.type === "step.completed") history.push(...event.points);
    if (event.type === "test.completed") tested = event;
  };
  const open: RunEnvironment["selectEngine"] = async (settings, options, tell) => {
    const { graph } = options;
    const keep = (executor: Executor) => {
      opened = { executor, graph };
      return executor;
    };
    const { reopen, ...chosen } = await openEngine(request, settings, options, tell);
    keep(chosen.executor);
    return reopen === undefined ? chosen : { ...chosen, reopen: async () => keep(await reopen()) };
  };

  const end = await runToEnd(request.settings, ownFiles, open, record);
  try {
    if (end.type === "run.failed" || opened === undefined || tested === undefined)
      return { kind: "failed", error: failureOf(end), stepsDone: end.step };
    const { executor, graph } = opened;
    const result: TrainingResult = {
      recipe: request.recipe,
      engine: executor.info.engine,
      seed: request.settings.seed,
      steps: end.step,
      trainSeconds: end.trainMs / 1000,
      testAccuracy: tested.accuracy,
      confusionMatrix: rowsOf(tested.confusion),
      history,
    };
    return { kind: "trained", result, graph, weights: await executor.readWeights() };
  } finally {
    opened?.executor.dispose();
  }
}

/** The run itself never returns, since it goes on answering a page; here its last event is its end. */
function runToEnd(
  settings: Settings,
  ownFiles: readonly OwnFile[],
  open: RunEnvironment["selectEngine"],
  record: (event: WorkerEvent) => void,
): Promise<RunEnd> {
  return new Promise((resolve) => {
    const emit = (event: WorkerEvent) => {
      record(event);
      if (event.type === "run.finished" || event.type === "run.failed") resolve(event);
    };
    const dataEvents: RunDataEvents = {
      onProgress: (progress) => emit({ type: "data.progressed", runId: RUN_ID, ...progress }),
      onRetry: (notice) => emit({ type: "data.retried", runId: RUN_ID, ...notice }),
    };
    void run({
      runId: RUN_ID,
      settings,
      emit,
      openData: (asSet) =>
        openRunData(
          { dataUrl: DATA_URL, transport: { fetch: fetchFromDisk }, ownFiles },
          asSet,
          dataEvents,
        ),
      readBase: readBaseFromDisk,
      selectEngine: open,
      gate: createGate({ onPaused: () => {}, onResumed: () => {} }, false),
      learningRate: () => settings.learningRate,
      readingIntervalMs: 0,
    });
  });
}

async function openEngine(
  { engine }: TrainingRequest,
  settings: Settings,
  options: ExecutorOptions,
  tell: TellPhase,
): Promise<ChosenEngine> {
  if (engine !== "reference") return selectInTerminal(settings, options, tell);
  const executor = await openReference(options);
  return { executor, reason: "The reference was chosen by hand.", fallbacks: [] };
}

function failureOf(end: RunEnd): Failure {
  if (end.type === "run.failed") return end.error;
  return {
    code: "internal",
    message: "Training: the run ended without a test. Please report this.",
    context: {},
  };
}

/** A square matrix, row by row. */
function rowsOf(cells: Uint32Array): readonly (readonly number[])[] {
  const side = Math.sqrt(cells.length);
  return Array.from({ length: side }, (_, row) => [
    ...cells.subarray(row * side, (row + 1) * side),
  ]);
}
