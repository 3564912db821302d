/**
 * One network in training: its steps, clock, evaluations and events. A run has one lane, a race has several. `trainLanes.ts`
 * decides where batches come from and when a step may be taken.
 */
import type { LaneCheckpoint } from "../../checkpoint/checkpoint.ts";
import type { PixelBatch } from "../../core/pixelBatch.ts";
import { yieldToEvents } from "../../core/yieldToEvents.ts";
import type { Evaluation, TrainingExecutor, TrainingMetrics } from "../../exec/executor.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import type { Settings } from "../../settings/settings.ts";
import type { RunData } from "../data/runData.ts";
import { speedOfRun } from "../engine/speedOfRun.ts";
import { createStatisticsCheck, type StatisticsMemory, type Unchanged } from "./batchStatistics.ts";
import { firstImages } from "./batchStreams.ts";
import { type Budget, epochOf } from "./budget.ts";
import { evaluateInParts } from "./evaluateInParts.ts";
import type { Measured, NewestMeasured } from "./measured.ts";
import { createProgressMeter } from "./progressMeter.ts";
import type { Attention } from "./runControl.ts";

/**
 * The minimum time between readings. A reading waits for the device; at this interval the cost is negligible and the curve
 * still looks live.
 */
const READING_INTERVAL_MS = 100;
/** The step time is reported after these readings: soon, and again when compilation and warm-up no longer affect it. */
const READINGS_TO_MEASURE: ReadonlySet<number> = new Set([2, 10, 40]);

export interface LaneOptions {
  /** The id in its events. */
  readonly runId: string;
  readonly emit: (event: WorkerEvent) => void;
  /** The settings as trained, from `asTrained`. */
  readonly settings: Settings;
  readonly executor: TrainingExecutor;
  readonly data: RunData;
  readonly budget: Budget;
  /** Serves requests between the parts of an evaluation. */
  readonly gate: Attention;
  /** Returns the learning rate of a step, counted from 0. */
  readonly rateAt: (step: number) => number;
  /** Returns the milliseconds in steps after which the lane ends. Default: no such limit. */
  readonly timeLimitMs?: () => number;
  /** Milliseconds between two reports; 0 reports every step. Default: 100. */
  readonly readingIntervalMs?: number | undefined;
  /** Waits for the device after each step, so that this lane's time excludes the work of other lanes on the device. */
  readonly staysInTurn?: boolean;
  /** When given, an evaluation far below training is repeated with the statistics of the batches; see `batchStatistics.ts`. */
  readonly unchanged?: Unchanged;
  /** What the lane goes on from; its executor has been restored. */
  readonly from?: LaneMemory & { readonly step: number };
  /** Called after each evaluation on held-out images, before the event is emitted. */
  readonly onValidated?: (measured: Measured) => Promise<void>;
}

/** What a lane remembers of its steps, as a checkpoint holds it. */
export type LaneMemory = Pick<LaneCheckpoint, "measured" | "trainMs" | "statistics">;

export interface Lane {
  readonly stepsDone: number;
  /** Milliseconds spent in steps. */
  readonly trainMs: number;
  readonly measured: NewestMeasured;
  /** Smoothed milliseconds of a step; 0 before the first reading. */
  readonly stepMs: number;
  /** @param isSettled whether the validation after the newest step is completed; otherwise it will be repeated. */
  memory(isSettled: boolean): LaneMemory;
  /**
   * Takes one step and reports when the last report is some time ago.
   * @throws PlaygroundError `run.diverged` or the engine's
   */
  takeStep(batch: PixelBatch): Promise<void>;
  /**
   * Reports all steps done.
   * @throws PlaygroundError `run.diverged`
   */
  report(): Promise<void>;
  /** Evaluates on held-out images; does nothing when there are none. */
  validate(part: "subset" | "whole"): Promise<void>;
  /**
   * Evaluates on the whole test set; does nothing when there is none.
   * @param of whether a person asked for it, and the step of the weights, by default the number of steps done
   */
  test(of?: { readonly requested?: boolean; readonly step?: number }): Promise<void>;
  /** @param epoch from 1 */
  completeEpoch(epoch: number): void;
}

export function createLane(options: LaneOptions): Lane {
  const { runId, emit, settings, executor, data, budget, gate } = options;
  const { readingIntervalMs = READING_INTERVAL_MS, staysInTurn = false, from } = options;
  const meter = createProgressMeter(undefined, from?.trainMs);
  let stepsDone = from?.step ?? 0;
  let stepsTold = stepsDone;
  let reports = 0;
  let rate = 0;
  let unread: TrainingMetrics | undefined;
  const statistics =
    options.unchanged &&
    createStatisticsCheck(settings.batchSize, options.unchanged, from?.statistics ?? undefined);
  /** The memory of the check before the validation after the newest step; undefined before that validation. */
  let beforeValidation: StatisticsMemory | undefined;
  let measured: NewestMeasured = from?.measured ?? { validation: null, test: null };

  /** Reads the device's sums since the last reading. */
  async function read(): Promise<TrainingMetrics> {
    const metrics = await executor.readMetrics();
    unread = unread === undefined ? metrics : sumOf(unread, metrics);
    return unread;
  }

  async function tell(): Promise<void> {
    const metrics = stepsInTurnAreRead() ? unread : await read();
    if (metrics === undefined) return;
    const point = meter.record(stepsDone, metrics);
    statistics?.trained(metrics);
    const { usedBytes, numTensors } = executor.memory();
    unread = undefined;
    stepsTold = stepsDone;
    reports += 1;
    emit({
      type: "step.completed",
      runId,
      step: stepsDone,
      ...epochOf(stepsDone, budget.stepsPerEpoch),
      learningRate: rate,
      points: [point],
      ...meter.speed,
      trainMs: meter.trainMs,
      remainingMs: Math.min(
        (budget.totalSteps - stepsDone) * meter.speed.stepMs,
        Math.max(0, (options.timeLimitMs?.() ?? Number.POSITIVE_INFINITY) - meter.trainMs),
      ),
      usedBytes,
      numTensors,
      ...(metrics.lossScale !== undefined && { lossScale: metrics.lossScale }),
      ...(executor.stepWork && { work: executor.stepWork }),
    });
    if (READINGS_TO_MEASURE.has(reports))
      emit({ type: "speed.measured", runId, ...speedOfRun(meter.speed, budget) });
  }

  function stepsInTurnAreRead(): boolean {
    return unread?.numSteps === stepsDone - stepsTold;
  }

  const sampled = (batches: AsyncIterable<PixelBatch>) => statistics?.sampled(batches) ?? batches;

  async function compare(of: "validation" | "test", evaluation: Evaluation): Promise<void> {
    if (statistics === undefined) return;
    // Reports first, so that the comparison's steps do not mix with the sums that training has accumulated.
    await lane.report();
    const comparison = await statistics.compare(of, evaluation);
    if (comparison !== undefined)
      emit({ type: "statistics.compared", runId, step: stepsDone, ...comparison });
  }

  const lane: Lane = {
    get stepsDone() {
      return stepsDone;
    },
    get trainMs() {
      return meter.trainMs;
    },
    get measured() {
      return measured;
    },
    get stepMs() {
      return meter.speed.stepMs;
    },
    memory: (isSettled) => ({
      measured,
      trainMs: meter.trainMs,
      statistics: (isSettled ? undefined : beforeValidation) ?? statistics?.memory() ?? null,
    }),
    async takeStep(batch) {
      beforeValidation = undefined;
      meter.startClock();
      rate = options.rateAt(stepsDone);
      await executor.trainStep(batch, rate);
      stepsDone += 1;
      if (staysInTurn) await read();
      if (meter.sinceReadingMs >= readingIntervalMs) await tell();
      await yieldToEvents();
      meter.stopClock();
    },
    async report() {
      if (stepsTold === stepsDone) return;
      meter.startClock();
      await tell();
      meter.stopClock();
    },
    async validate(part) {
      if (budget.validationImages === 0) return;
      beforeValidation = statistics?.memory();
      const images = firstImages(data.validationBatches(part), budget.validationImages);
      const evaluation = await evaluateInParts(executor, sampled(images), { gate });
      const validation = measuredBy(evaluation, stepsDone);
      measured = { ...measured, validation };
      await options.onValidated?.(validation);
      emit({
        type: "validation.completed",
        runId,
        whole: part === "whole",
        step: stepsDone,
        ...evaluation,
      });
      await compare("validation", evaluation);
    },
    async test({ requested = false, step = stepsDone } = {}) {
      const totalImages = data.description.numTest;
      if (totalImages === 0) return;
      emit({ type: "run.phaseChanged", runId, phase: "testing", detail: "" });
      const batches = sampled(data.testBatches());
      const onProgress = (numImages: number) =>
        emit({ type: "test.progressed", runId, numImages, totalImages });
      const evaluation = await evaluateInParts(executor, batches, { gate, onProgress });
      measured = { ...measured, test: measuredBy(evaluation, step) };
      emit({ type: "test.completed", runId, requested, step, ...evaluation });
      await compare("test", evaluation);
    },
    completeEpoch(epoch) {
      emit({ type: "epoch.completed", runId, epoch, step: stepsDone });
    },
  };
  return lane;
}

function sumOf(before: TrainingMetrics, after: TrainingMetrics): TrainingMetrics {
  return {
    ...after,
    lossSum: before.lossSum + after.lossSum,
    numCorrect: before.numCorrect + after.numCorrect,
    numImages: before.numImages + after.numImages,
    numSteps: before.numSteps + after.numSteps,
  };
}

function measuredBy({ loss, accuracy, numImages }: Evaluation, step: number): Measured {
  return { step, loss, accuracy, numImages };
}
