/**
 * One training run in the terminal, with the page's own run loop, data and seeds, shards from the disk, and a reading after
 * every step. It reports by the page's events. It ends with the trained network, or with the reason why there is none.
 */
import type { Checkpoint } from "../../checkpoint/checkpoint.ts";
import { serializeError } from "../../core/errors.ts";
import type { OwnFile } from "../../core/ownFile.ts";
import { VERSION } from "../../core/version.ts";
import type { ExecutorInfo, ExecutorOptions, OpenEngine } from "../../exec/executor.ts";
import type { History, HistoryPoint } from "../../interop/historyCsv.ts";
import type { SavedNetwork } from "../../interop/networkFiles.ts";
import type { WorkerEvent, WorkerEventOf } from "../../protocol/events.ts";
import type { Settings } from "../../settings/settings.ts";
import { type StatisticsComparison, statisticsText } from "../../settings/statisticsText.ts";
import { limitedRunData } from "../../train/data/limitedRunData.ts";
import { evaluationBatch, openRunData, type RunDataEvents } from "../../train/data/openRunData.ts";
import type { LentNetwork } from "../../train/loop/lentNetwork.ts";
import type { ChosenEngine, TellPhase } from "../../train/loop/prepareRun.ts";
import { run } from "../../train/loop/run.ts";
import type { RunCheckpoints } from "../../train/loop/runCheckpoint.ts";
import { createGate } from "../../train/loop/runControl.ts";
import { predictionsFile, savedNetwork } from "../../worker/makeFile.ts";
import { openReference, selectInTerminal } from "../engines.ts";
import { DATA_URL, fetchFromDisk, readBaseFromDisk } from "./dataOnDisk.ts";
import { requireSameClasses, triedPreparation } from "./modelToTrain.ts";
import { createRunRecorder, type RunRecord } from "./runRecorder.ts";
import type { TrainingRequest } from "./trainingRequest.ts";

/** What `--json` prints. */
export interface TrainingResult {
  readonly recipe: string;
  readonly engine: ExecutorInfo["engine"];
  readonly seed: number;
  /** The number of steps done. */
  readonly steps: number;
  /** The step of the weights, which is an earlier one when the best weights were restored. */
  readonly weightsStep: number;
  /** Time spent in steps alone, without loading, validation and test. */
  readonly trainSeconds: number;
  /** On `testImages` images; `null` when there are none. */
  readonly testAccuracy: number | null;
  /** Counts of test images; rows are the true class. Empty without a test. */
  readonly confusionMatrix: readonly (readonly number[])[];
  /** One point for each step. */
  readonly history: readonly HistoryPoint[];
  readonly testImages: number;
  /** From the last validation, on `validationImages` images; `null` when there was none. */
  readonly validationAccuracy: number | null;
  readonly validationImages: number;
  /** The last evaluation, repeated with the statistics of its batches when it lagged behind training; otherwise `null`. */
  readonly statistics: StatisticsComparison | null;
  /** A sentence on why it lagged, when the moving statistics are the cause; otherwise `null`. */
  readonly lag: string | null;
  /** Names of the classes, in the order of the confusion matrix. */
  readonly classes: readonly string[];
  /** True when a person ended it before its last step. */
  readonly stopped: boolean;
  /** Why it ended before its length and which weights it restored; empty when there is nothing to say. */
  readonly ending: string;
  /** The version of the program. */
  readonly version: string;
}

/** The parts of a run that `modelFolder.ts` writes. */
export interface RunFiles {
  readonly network: SavedNetwork;
  readonly history: History;
  /** `null` unless they were requested. */
  readonly predictions: Uint8Array | null;
}

export interface Trained {
  readonly kind: "trained";
  readonly result: TrainingResult;
  readonly files: RunFiles;
}

export type TrainingOutcome =
  | Trained
  | { readonly kind: "failed"; readonly error: Failure; readonly stepsDone: number };

const RUN_ID = "terminal";

/** A serialised error, as events carry it. */
type Failure = WorkerEventOf<"run.failed">["error"];

export interface TrainingHooks {
  readonly onEvent: (event: WorkerEvent) => void;
  /** Called with lines that events do not carry. By default they are dropped. */
  readonly say?: (line: string) => void;
  /** Needed by a data set made from a person's own files. */
  readonly ownFiles?: readonly OwnFile[];
  /** Where checkpoints are kept. Default: nowhere. */
  readonly checkpoints?: RunCheckpoints;
  /**
   * Called with the trained network before the checkpoint of the finished run replaces those from which it can go on. Not called for a
   * run that keeps none, or that a person has ended.
   */
  readonly onTrained?: (outcome: Trained) => Promise<void>;
  /** The checkpoint that the run goes on from. */
  readonly from?: Checkpoint;
  /** Ends the run after its current step. The outcome is the network trained until then. */
  readonly stop?: AbortSignal;
}

export async function trainInTerminal(
  request: TrainingRequest,
  { onEvent, ownFiles = [], stop, checkpoints, onTrained, from, say = () => {} }: TrainingHooks,
): Promise<TrainingOutcome> {
  const { model } = request;
  const recorder = createRunRecorder();
  const gate = createGate({ onPaused: () => {}, onResumed: () => {} }, false);
  let executor: OpenEngine | undefined;
  const keep = <E extends OpenEngine>(opened: E): E => {
    executor = opened;
    return opened;
  };
  const outcome = await new Promise<TrainingOutcome>((resolve) => {
    const lent = (stopped: boolean) =>
      new Promise<TrainingOutcome>((settle) =>
        gate.request({
          type: "lend",
          refuse(why) {
            const stepsDone = recorder.read().history.training.length;
            settle({ kind: "failed", error: serializeError(why), stepsDone });
          },
          async use(network) {
            try {
              settle(await outcomeOf(request, network, { ...recorder.read(), stopped, executor }));
            } catch (error) {
              const { step: stepsDone } = network;
              settle({ kind: "failed", error: serializeError(error), stepsDone });
            }
            // The caller owns the network now, so this never returns and no further step is taken.
            if (stopped) await new Promise(() => {});
          },
        }),
      );
    let finished: TrainingOutcome | undefined;
    const beforeFinished = async () => {
      finished = await lent(false);
      if (finished.kind === "trained") await onTrained?.(finished);
    };
    const stopAfterStep = () => {
      gate.request({ type: "keep", refuse: () => {} });
      void lent(true).then(resolve);
    };
    stop?.addEventListener("abort", stopAfterStep, { once: true });
    const emit = (event: WorkerEvent) => {
      recorder.receive(event);
      onEvent(event);
      if (event.type === "run.finished")
        void (finished ? resolve(finished) : lent(false).then(resolve));
      if (event.type === "run.failed")
        resolve({ kind: "failed", error: event.error, stepsDone: event.step });
    };
    const dataEvents: RunDataEvents = {
      onProgress: (progress) => emit({ type: "data.progressed", runId: RUN_ID, ...progress }),
    };
    const source = { dataUrl: DATA_URL, transport: { fetch: fetchFromDisk }, ownFiles };
    const openData = async (asSet: Settings) => {
      const data = await openRunData(source, asSet, dataEvents);
      if (model !== undefined) requireSameClasses(model, data, request.hasNewHead === true);
      return limitedRunData(data, request.limits, evaluationBatch(asSet));
    };
    const engineOf = (asTrained: Settings, options: ExecutorOptions, tell: TellPhase) =>
      openEngine(request, asTrained, options, tell);
    void settingsToTrain(request, { openData, selectEngine: engineOf }, say).then(
      (settings) =>
        // This promise never resolves, because the run keeps answering requests for the network.
        run({
          runId: RUN_ID,
          settings,
          emit,
          openData,
          readBase: readBaseFromDisk,
          chosenWeights: model?.weights ?? request.weights,
          async selectEngine(asTrained, options, tell) {
            const { reopen, ...chosen } = await engineOf(asTrained, options, tell);
            keep(chosen.executor);
            return reopen === undefined
              ? chosen
              : { ...chosen, reopen: async () => keep(await reopen()) };
          },
          gate,
          steered: () => undefined,
          readingIntervalMs: 0,
          checkpoints: checkpoints && { ...checkpoints, beforeFinished },
          from,
        }),
      (error: unknown) => resolve({ kind: "failed", error: serializeError(error), stepsDone: 0 }),
    );
  });
  executor?.dispose();
  return outcome;
}

/** A model whose file says nothing about the preparation of images is first tried with each. */
async function settingsToTrain(
  { settings, model, isPreparationGiven, hasNewHead }: TrainingRequest,
  environment: Parameters<typeof triedPreparation>[2],
  say: (line: string) => void,
): Promise<Settings> {
  if (model === undefined || isPreparationGiven || hasNewHead) return settings;
  const { guess } = model.opened;
  const preparation =
    guess?.preparation ?? (await triedPreparation(model, settings, environment, say));
  if (preparation === undefined) return settings;
  const reason = guess?.reason ?? "it is right most often";
  say(`Prepared as ${preparation}: ${reason}. --set preparation=NAME gives another one.`);
  return { ...settings, preparation };
}

interface Recorded extends RunRecord {
  readonly stopped: boolean;
  readonly executor: OpenEngine | undefined;
}

async function outcomeOf(
  { recipe, predictions }: TrainingRequest,
  network: LentNetwork,
  { history, trainMs, ending, confusion, statistics, stopped, executor }: Recorded,
): Promise<TrainingOutcome> {
  const saved = await savedNetwork(network, "last", recipe);
  const { test } = saved;
  const { validation } = network.measured;
  const result: TrainingResult = {
    recipe,
    engine: executor?.info.engine ?? "wasm",
    seed: network.settings.seed,
    steps: history.training.at(-1)?.step ?? network.step,
    weightsStep: network.step,
    trainSeconds: trainMs / 1000,
    testAccuracy: test?.accuracy ?? null,
    confusionMatrix: test === null ? [] : rowsOf(confusion),
    history: history.training,
    testImages: test?.numImages ?? 0,
    validationAccuracy: validation?.accuracy ?? null,
    validationImages: validation?.numImages ?? 0,
    statistics,
    lag: statistics && statisticsText(statistics, network.settings.batchNormMomentum),
    classes: network.data.description.classes,
    stopped,
    ending,
    version: VERSION,
  };
  const files: RunFiles = {
    network: saved,
    history,
    predictions: predictions && !stopped ? await predictionsFile(network) : null,
  };
  return { kind: "trained", result, files };
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

/** Splits a square matrix into its rows. */
function rowsOf(cells: Uint32Array): readonly (readonly number[])[] {
  const side = Math.sqrt(cells.length);
  return Array.from({ length: side }, (_, row) => [
    ...cells.subarray(row * side, (row + 1) * side),
  ]);
}
