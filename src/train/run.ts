/**
 * One training run, from settings to the test result. It owns the order of things: preparation, steps,
 * validation, test. It tells everything by events and takes commands at its gate between two steps. A failure of
 * any part ends as one `run.failed`; what was told before stays with the page.
 */
import { PlaygroundError, serializeError } from "../core/errors.ts";
import type { Evaluation, Executor, PixelBatch } from "../exec/executor.ts";
import { augmentBatch } from "./augmentBatch.ts";
import { epochOf } from "./budget.ts";
import { type PreparedRun, prepareRun, type RunEnvironment } from "./prepareRun.ts";
import { type CurvePoint, createProgressMeter } from "./progressMeter.ts";
import type { Gate, RunRequest, ServeRequest } from "./runControl.ts";
import { scheduleFactor } from "./schedules.ts";
import { speedOfRun } from "./speedOfRun.ts";
import { yieldToEvents } from "./yieldToEvents.ts";

/** A reading of the device waits for it; this far apart readings cost nothing and the curve still looks live. */
const READING_INTERVAL_MS = 100;
/** Live validations in an epoch, or in the run where that is shorter. */
const VALIDATIONS = 4;
/** Readings after which the step time is told: soon, and again when compilation and warm-up no longer weigh on it. */
const READINGS_TO_MEASURE: ReadonlySet<number> = new Set([2, 10, 40]);
/** The gallery shows the first test images; all ten classes occur among them. */
const GALLERY = Array.from({ length: 20 }, (_, index) => index);

export interface RunOptions extends RunEnvironment {
  readonly gate: Gate;
  /** The base learning rate as it is now: it may be changed while the run goes on. */
  readonly learningRate: () => number;
  /** Milliseconds between two readings of the device; 0 reads after every step. Default: 100. */
  readonly readingIntervalMs?: number;
}

/** Runs until the worker ends: after the last step it goes on answering requests. */
export async function run(options: RunOptions): Promise<void> {
  let session: Session | undefined;
  try {
    const prepared = await prepareRun(options);
    session = createSession(options, prepared);
    await Promise.race([session.train(), rejectWhenLost(prepared.executor)]);
    await options.gate.stayOpen(session.serve);
  } catch (error) {
    options.emit({
      type: "run.failed",
      runId: options.runId,
      error: serializeError(error),
      step: session?.stepsDone() ?? 0,
    });
  }
}

/** A promise of the device may never settle once it is lost: the race is what ends the wait. */
async function rejectWhenLost(executor: Executor): Promise<never> {
  const reason = await executor.deviceLost;
  throw new PlaygroundError({
    code: "engine.device-lost",
    where: executor.info.label,
    rule: "the device was lost while the run went on",
    got: reason,
    remedy: "Reset and Train again, or choose another engine; the curve up to here is kept.",
    context: { backend: executor.info.backend, setting: "engine" },
  });
}

interface Session {
  train(): Promise<void>;
  readonly serve: ServeRequest;
  stepsDone(): number;
}

function createSession(options: RunOptions, prepared: PreparedRun): Session {
  const { runId, emit, gate, readingIntervalMs = READING_INTERVAL_MS } = options;
  const { settings, data, executor, budget } = prepared;
  const meter = createProgressMeter();
  const validationInterval = Math.ceil(
    Math.min(budget.stepsPerEpoch, budget.totalSteps) / VALIDATIONS,
  );
  let step = 0;
  let unreadSteps = 0;
  let readings = 0;
  let gallery: PixelBatch | undefined;

  /** Between two batches of an evaluation: a pause holds here. */
  async function holdHere(): Promise<void> {
    await yieldToEvents();
    await gate.hold(step);
  }

  async function train(): Promise<void> {
    emit({ type: "run.phaseChanged", runId, phase: "training", detail: "" });
    for (let epoch = 0; step < budget.totalSteps; epoch += 1) {
      await trainEpoch(epoch === 0 ? prepared.firstEpoch : data.trainingBatches(epoch));
      if (step === (epoch + 1) * budget.stepsPerEpoch) {
        await validate("whole");
        emit({ type: "epoch.completed", runId, epoch: epoch + 1, step });
      }
    }
    await test(holdHere);
    emit({ type: "run.finished", runId, step, trainMs: meter.trainMs });
  }

  async function trainEpoch(batches: AsyncIterable<PixelBatch>): Promise<void> {
    for await (const batch of batches) {
      await gate.pass(serve, step);
      meter.startClock();
      const rate = options.learningRate() * scheduleFactor(settings, budget, step);
      await executor.trainStep(augmentBatch(batch, settings, step), rate);
      step += 1;
      unreadSteps += 1;
      const last = step === budget.totalSteps;
      const validates = step % validationInterval === 0 && step % budget.stepsPerEpoch !== 0;
      if (last || validates || gate.closing || meter.sinceReadingMs >= readingIntervalMs)
        await report(rate);
      await yieldToEvents();
      meter.stopClock();
      if (validates) await validate("subset");
      if (last) return;
    }
    if (unreadSteps > 0) await report(options.learningRate());
    meter.stopClock();
  }

  /** Reads the device's sums and tells the page. @throws PlaygroundError `run.diverged` */
  async function report(rate: number): Promise<void> {
    const point: CurvePoint = meter.record(step, await executor.readMetrics());
    const { usedBytes, numTensors } = executor.memory();
    unreadSteps = 0;
    readings += 1;
    emit({
      type: "step.completed",
      runId,
      step,
      ...epochOf(step, budget.stepsPerEpoch),
      learningRate: rate,
      points: [point],
      ...meter.speed,
      remainingMs: (budget.totalSteps - step) * meter.speed.stepMs,
      usedBytes,
      numTensors,
    });
    if (READINGS_TO_MEASURE.has(readings))
      emit({ type: "speed.measured", runId, ...speedOfRun(meter.speed, budget) });
  }

  async function validate(part: "subset" | "whole"): Promise<void> {
    if (data.numValidation > 0) {
      const evaluation = await executor.evaluate(data.validationBatches(part), holdHere);
      emit({
        type: "validation.completed",
        runId,
        whole: part === "whole",
        step,
        ...evaluationFields(evaluation),
      });
    }
    await showGallery();
  }

  async function serve(request: RunRequest): Promise<void> {
    if (request.type === "images") {
      await deliverImages([...request.indices]);
      return;
    }
    await test(yieldToEvents);
    if (step < budget.totalSteps)
      emit({ type: "run.phaseChanged", runId, phase: "training", detail: "" });
  }

  /** Pictures are an extra: when they cannot be had, that is said and the run goes on. */
  async function deliverImages(indices: number[]): Promise<void> {
    try {
      const { pixels, labels } = await data.testImages(indices);
      emit({ type: "images.delivered", runId, indices, pixels: asBytes(pixels), labels });
    } catch (error) {
      emit({ type: "images.failed", runId, error: serializeError(error) });
    }
  }

  /**
   * Evaluates on the whole test set.
   * @param betweenBatches lets commands in.
   */
  async function test(betweenBatches: () => Promise<void>): Promise<void> {
    emit({ type: "run.phaseChanged", runId, phase: "testing", detail: "" });
    const totalImages = data.description.numTest;
    const labels = new Uint8Array(totalImages);
    const evaluation = await executor.evaluate(
      collectLabels(data.testBatches(), labels),
      async (numImages) => {
        emit({ type: "test.progressed", runId, numImages, totalImages });
        await betweenBatches();
      },
    );
    emit({
      type: "test.completed",
      runId,
      step,
      ...evaluationFields(evaluation),
      predicted: evaluation.predicted,
      labels,
    });
    await showGallery();
  }

  async function showGallery(): Promise<void> {
    gallery ??= await loadGallery();
    const { pixels, labels, numImages } = gallery;
    const indices = GALLERY.slice(0, numImages);
    emit({
      type: "predictions.updated",
      runId,
      step,
      indices,
      labels,
      pixels: asBytes(pixels),
      probabilities: await executor.predict(gallery),
    });
  }

  async function loadGallery(): Promise<PixelBatch> {
    const { height, width, channels, numTest } = data.description;
    const indices = GALLERY.filter((index) => index < numTest);
    return {
      kind: "pixels",
      height,
      width,
      channels,
      numImages: indices.length,
      ...(await data.testImages(indices)),
    };
  }

  return { train, serve, stepsDone: () => step };
}

function evaluationFields({ loss, accuracy, numImages, confusion }: Evaluation) {
  return { loss, accuracy, numImages, confusion };
}

/** To look at: a screen shows no finer steps. */
function asBytes(pixels: PixelBatch["pixels"]): Uint8Array {
  return pixels instanceof Uint8Array ? pixels : Uint8Array.from(Uint8ClampedArray.from(pixels));
}

/** Passes batches on and keeps their labels, in order. */
async function* collectLabels(
  batches: AsyncIterable<PixelBatch>,
  labels: Uint8Array,
): AsyncIterable<PixelBatch> {
  let done = 0;
  for await (const batch of batches) {
    labels.set(batch.labels, done);
    done += batch.numImages;
    yield batch;
  }
}
