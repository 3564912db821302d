/**
 * One training run, from settings to the test result. It owns the order of things: preparation, training,
 * test. It tells everything by events and takes commands at its gate between two steps. A failure of
 * any part ends as one `run.failed`; what was told before stays with the page.
 */
import { serializeError } from "../core/errors.ts";
import type { PixelBatch } from "../exec/executor.ts";
import type { WorkerEventOf } from "../protocol/events.ts";
import { type BestWeights, betterOf } from "./bestWeights.ts";
import { keptExecutor } from "./keptNetwork.ts";
import { createLane } from "./lane.ts";
import { type PreparedRun, prepareRun, type RunEnvironment } from "./prepareRun.ts";
import { RecoveringExecutor } from "./recoveringExecutor.ts";
import type { Gate, RunRequest, ServeRequest } from "./runControl.ts";
import { holdAtGate, trainLanes } from "./trainLanes.ts";
import { yieldToEvents } from "./yieldToEvents.ts";

/** Live validations in an epoch, or in the run where that is shorter. */
const VALIDATIONS = 4;
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
  let phase: PhaseChange | undefined;
  const told: RunOptions = {
    ...options,
    emit(event) {
      if (event.type === "run.phaseChanged") phase = event;
      options.emit(event);
    },
  };
  try {
    const prepared = await prepareRun(told);
    const executor = recovering(told, prepared, () => phase);
    session = createSession(told, { ...prepared, executor });
    await session.train();
    await options.gate.stayOpen(session.serve);
  } catch (error) {
    const kept = session?.endWithCopy();
    options.emit({
      ...{ type: "run.failed", runId: options.runId, error: serializeError(error) },
      step: session?.stepsDone() ?? 0,
      ...(kept !== undefined && { keptStep: kept.step }),
    });
    if (kept !== undefined) await options.gate.stayOpen(kept.serve);
  }
}

type PhaseChange = WorkerEventOf<"run.phaseChanged">;

/** Tells of each loss of the device and of what became of it, and afterwards of the phase that it broke into. */
function recovering(
  { runId, emit }: Pick<RunOptions, "runId" | "emit">,
  { executor, reopen }: PreparedRun,
  phase: () => PhaseChange | undefined,
): RecoveringExecutor {
  let before: PhaseChange | undefined;
  return new RecoveringExecutor({
    executor,
    reopen,
    onLost() {
      if (before === undefined) before = phase();
      // The reason can be long: the notice has it, once there is another device.
      const detail = "The device was lost; going on with another";
      emit({ type: "run.phaseChanged", runId, phase: "compiling", detail });
    },
    onRecovered(recovery) {
      emit({ type: "engine.recovered", runId, ...recovery });
      if (before !== undefined) emit(before);
      before = undefined;
    },
  });
}

interface Session {
  train(): Promise<void>;
  readonly serve: ServeRequest;
  stepsDone(): number;
  /** Frees the device. @returns the weights that are left, and who lends them; undefined where there are none. */
  endWithCopy(): { readonly step: number; readonly serve: ServeRequest } | undefined;
}

function createSession(
  options: RunOptions,
  prepared: PreparedRun & { readonly executor: RecoveringExecutor },
): Session {
  const { runId, emit, gate, learningRate, readingIntervalMs } = options;
  const { settings, data, executor, budget, firstPass } = prepared;
  let best: BestWeights | null = null;
  const lane = createLane({
    ...prepared,
    runId,
    emit,
    learningRate,
    readingIntervalMs,
    async onEvaluated(evaluation, step) {
      best = await betterOf(best, executor, step, evaluation);
    },
  });
  const validationInterval = Math.ceil(
    Math.min(budget.stepsPerEpoch, budget.totalSteps) / VALIDATIONS,
  );
  let gallery: PixelBatch | undefined;

  async function train(): Promise<void> {
    emit({ type: "run.phaseChanged", runId, phase: "training", detail: "" });
    await trainLanes({
      lanes: () => [lane],
      settings,
      data,
      budget,
      firstPass,
      gate,
      serve,
      validationAt: (step) => (step % validationInterval === 0 ? "subset" : undefined),
      onValidated: showGallery,
    });
    await test(() => holdAtGate(gate, lane.stepsDone));
    emit({ type: "run.finished", runId, step: lane.stepsDone, trainMs: lane.trainMs });
  }

  async function serve(request: RunRequest): Promise<void> {
    if (request.type === "images") {
      await deliverImages([...request.indices]);
      return;
    }
    if (request.type === "lend") {
      await request.use({ step: lane.stepsDone, settings, data, executor, best });
      return;
    }
    await test(yieldToEvents);
    if (lane.stepsDone < budget.totalSteps)
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

  async function test(betweenBatches: () => Promise<void>): Promise<void> {
    await lane.test(betweenBatches);
    await showGallery();
  }

  async function showGallery(): Promise<void> {
    gallery ??= await loadGallery();
    const { pixels, labels, numImages } = gallery;
    const indices = GALLERY.slice(0, numImages);
    emit({
      type: "predictions.updated",
      runId,
      step: lane.stepsDone,
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

  function endWithCopy(): ReturnType<Session["endWithCopy"]> {
    const { copy } = executor;
    executor.dispose();
    if (copy === undefined) return undefined;
    const { step } = copy;
    const lent = { step, settings, data, executor: keptExecutor(copy, settings), best };
    return {
      step,
      async serve(request) {
        if (request.type === "images") await deliverImages([...request.indices]);
        // A test would need the device.
        if (request.type === "lend") await request.use(lent);
      },
    };
  }

  return { train, serve, stepsDone: () => lane.stepsDone, endWithCopy };
}

/** To look at: a screen shows no finer steps. */
function asBytes(pixels: PixelBatch["pixels"]): Uint8Array {
  return pixels instanceof Uint8Array ? pixels : Uint8Array.from(Uint8ClampedArray.from(pixels));
}
