/**
 * One training run, from settings or a checkpoint to the test result, in this order: preparation, training, test. It reports
 * everything by events and takes commands at its gate between two steps. When any part fails, the run ends with one
 * `run.failed`; the page keeps what was reported before.
 */
import type { Checkpoint } from "../../checkpoint/checkpoint.ts";
import { serializeError } from "../../core/errors.ts";
import type { PixelBatch } from "../../core/pixelBatch.ts";
import type { WorkerEventOf } from "../../protocol/events.ts";
import type { Settings } from "../../settings/settings.ts";
import { type Steered, steeredOf } from "../../settings/steering.ts";
import { attended, attendedData } from "./attendedData.ts";
import { type BestWeights, betterOf } from "./bestWeights.ts";
import { runBudget } from "./budget.ts";
import { createCheckpointKeeper, serveKeep } from "./checkpointKeeper.ts";
import { asBytes, deliverImages } from "./deliverImages.ts";
import { keptWeights } from "./keptNetwork.ts";
import { createLane } from "./lane.ts";
import { type PreparedRun, prepareRun, type RunEnvironment } from "./prepareRun.ts";
import { type RecoveringOptions, recovering } from "./recovering.ts";
import { refusals } from "./refusals.ts";
import { finalWeights, type RunCheckpoints, runCheckpoint } from "./runCheckpoint.ts";
import type { Gate, RunRequest, RunServer } from "./runControl.ts";
import { createRunHistory, type RunHistory } from "./runHistory.ts";
import { learningRateAt } from "./schedules.ts";
import { createSteering } from "./steering.ts";
import { createStopping, endingOf, timeLimitMs } from "./stopping.ts";
import { repeatedBatches, startPlace, trainLanes } from "./trainLanes.ts";

/** The number of live validations in an epoch, or in the run when that is shorter. */
const VALIDATIONS = 4;
/** The gallery shows the first test images. All ten classes of Fashion-MNIST occur among them. */
const GALLERY = Array.from({ length: 20 }, (_, index) => index);

export interface RunOptions extends RunEnvironment {
  readonly gate: Gate;
  /** What a person set last during the run; undefined before. */
  readonly steered: () => Steered | undefined;
  /** Where the run keeps its checkpoints. Undefined when it keeps none. */
  readonly checkpoints?: RunCheckpoints | undefined;
  /** Milliseconds between two readings of the device; 0 reads after every step. Default: 100. */
  readonly readingIntervalMs?: number;
}

/** Runs until the worker ends, because it answers requests even after the last step. */
export async function run(options: RunOptions): Promise<void> {
  const { gate, runId, from } = options;
  let session: Session | undefined;
  let phase: WorkerEventOf<"run.phaseChanged"> | undefined;
  const history = createRunHistory(from?.lanes[0]?.history);
  const told: RunOptions = {
    ...options,
    emit(event) {
      if (event.type === "run.phaseChanged") phase = event;
      history.receive(event);
      options.emit(event);
    },
  };
  if (from !== undefined) {
    const { step, savedAt } = from.summary;
    options.emit({ type: "run.restored", runId, step, savedAt });
    history.replay(options.emit);
  }
  try {
    session = createSession(told, await prepareRun(told), history, () => phase);
    gate.open(session);
    await session.train();
    await gate.stayOpen();
  } catch (error) {
    gate.close(refusals.failed(error));
    const kept = session?.endWithCopy();
    options.emit({
      ...{ type: "run.failed", runId, error: serializeError(error) },
      step: session?.stepsDone() ?? 0,
      ...(kept !== undefined && { keptStep: kept.step }),
    });
    if (kept === undefined) return;
    gate.open(kept.server);
    await gate.stayOpen();
  }
}

interface Session extends RunServer {
  train(): Promise<void>;
  /**
   * Disposes the device.
   * @returns the remaining weights and a server that lends them; undefined when there are none.
   */
  endWithCopy(): { readonly step: number; readonly server: RunServer } | undefined;
}

function createSession(
  options: RunOptions,
  prepared: PreparedRun,
  history: RunHistory,
  phase: RecoveringOptions["phase"],
): Session {
  const { runId, emit, gate, readingIntervalMs, from, checkpoints } = options;
  /** The settings as trained, with the frozen layers of the phase that the run is in. */
  let { settings } = prepared;
  const data = attendedData(prepared.data, gate);
  const before = from?.lanes[0];
  const place = startPlace(from && { ...from, step: from.summary.step });
  const steering = createSteering({
    settings,
    before: from?.changes,
    budgetOf: (one) => runBudget(one, data.numTrain, data.numValidation),
    steered: options.steered,
    onChanged: (change, words, totalSteps) =>
      emit({ type: "run.steered", runId, ...change, words, totalSteps }),
  });
  const { budget } = steering;
  const stopping = createStopping(before?.history.events);
  const executor = recovering({
    ...prepared,
    ...{ runId, emit, phase },
    // A recovery serves no request, so it does not read through the gate.
    batchesSince: (step) =>
      repeatedBatches({ data: prepared.data, place }, (at) => steering.takenAt(at), step),
    onLost: () => gate.close(refusals.recovering()),
    onRecovered: () => gate.open(session),
  });
  let best: BestWeights | null = before?.best ?? null;
  /** The best weights, when they have been restored. */
  let restored: BestWeights | undefined;
  /** True when no further step is taken. */
  let isTrained = false;
  let isFinished = false;
  const lane = createLane({
    ...{ settings, executor, data, runId, emit, gate, budget },
    rateAt: (step) => learningRateAt(steering.at(step), budget, step),
    timeLimitMs: () => timeLimitMs(steering.at(place.step)),
    readingIntervalMs,
    ...(before && { from: { ...before, step: place.step } }),
    unchanged: (act) => executor.unchanged(act),
    async onValidated(measured) {
      best = await betterOf(best, executor, measured);
      stopping.validated(measured);
    },
  });
  const validationInterval = Math.ceil(
    Math.min(budget.stepsPerEpoch, steering.firstBudget.totalSteps) / VALIDATIONS,
  );
  const keeper =
    checkpoints &&
    createCheckpointKeeper({ ...checkpoints, runId, emit, take, stepMs: () => lane.stepMs });
  const stopReason = () => stopping.reason(steering.at(place.step), lane.trainMs);
  const weightsStep = () => restored?.step ?? lane.stepsDone;
  let gallery: PixelBatch | undefined;
  let isTesting = false;

  async function train(): Promise<void> {
    emit({ type: "run.phaseChanged", runId, phase: "training", detail: "" });
    await trainLanes({
      lanes: () => [lane],
      settings: enterPhase,
      data,
      budget,
      place,
      firstPass: attended(prepared.firstPass, gate),
      gate,
      validationAt: (step) => (step % validationInterval === 0 ? "subset" : undefined),
      isStopped: () => stopReason() !== undefined,
      onValidated: showGallery,
      onSettled: async () => keeper?.whenDue(),
    });
    await lane.report();
    await end();
    await test();
    if (checkpoints?.beforeFinished) await gate.during(checkpoints.beforeFinished());
    isFinished = true;
    await keeper?.begin({ mayWait: true });
    if (keeper !== undefined) await gate.during(keeper.written());
    emit({ type: "run.finished", runId, step: lane.stepsDone, trainMs: lane.trainMs });
  }

  /**
   * Returns the settings of the step that comes next. Where they freeze other layers than the step before, a phase begins: the
   * engine is opened again for them and goes on with all weights.
   */
  async function enterPhase(): Promise<Settings> {
    const now = steering.at(place.step);
    const { frozenLayers } = now;
    if (frozenLayers === settings.frozenLayers) return now;
    await lane.report();
    const { info } = executor;
    await executor.replace((state) => prepared.openPhase(frozenLayers, { state, info }));
    settings = { ...settings, frozenLayers };
    emit({ type: "run.phaseChanged", runId, phase: "training", detail: "" });
    return now;
  }

  /** Says why no further step is taken, and restores the best weights if that is set. */
  async function end(): Promise<void> {
    const { step } = place;
    const reason = step >= budget.totalSteps ? undefined : stopReason();
    const ending = endingOf(reason, steering.at(step), { step, best });
    ({ restored } = ending);
    if (restored !== undefined) await executor.restoreWeights(restored.weights);
    isTrained = true;
    emit({ type: "training.ended", runId, step, words: ending.words });
  }

  async function take(): Promise<Checkpoint> {
    await lane.report();
    // The state and the settings of a checkpoint are of one phase.
    const current = isFinished ? steering.at(place.step) : await enterPhase();
    return runCheckpoint({
      ...{ runId, recipe: checkpoints?.recipe ?? "", totalSteps: budget.totalSteps },
      ...{ isFinished, place, data, changes: steering.changes },
      lanes: [
        {
          runId,
          settings: { ...options.settings, ...steeredOf(current) },
          state: isFinished ? null : await executor.readState(),
          info: executor.info,
          best: isFinished ? await finalWeights(best, executor, place.step) : best,
          memory: lane.memory(place.isSettled),
          history,
        },
      ],
    });
  }

  const lent = () => ({
    ...{ settings, data, best },
    measured: { ...lane.measured, ...(restored && { validation: restored }) },
  });

  async function serve(request: RunRequest): Promise<void> {
    if (request.type === "images") {
      await deliverImages(options, data, request);
      return;
    }
    if (request.type === "lend") {
      await request.use({ ...lent(), step: weightsStep(), executor });
      return;
    }
    if (request.type === "keep") {
      await serveKeep(keeper, request, gate.closing);
      return;
    }
    if (isTesting) {
      request.refuse(refusals.testing());
      return;
    }
    await test(true);
    if (!isTrained) emit({ type: "run.phaseChanged", runId, phase: "training", detail: "" });
  }

  async function test(requested = false): Promise<void> {
    isTesting = true;
    try {
      await lane.test({ requested, step: weightsStep() });
      await showGallery();
    } finally {
      isTesting = false;
    }
  }

  async function showGallery(): Promise<void> {
    if (data.description.numTest === 0) return;
    gallery ??= await loadGallery();
    const { pixels, labels, numImages } = gallery;
    const indices = GALLERY.slice(0, numImages);
    emit({
      type: "predictions.updated",
      runId,
      step: weightsStep(),
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
    const kept = { ...lent(), step, executor: keptWeights(copy, settings) };
    return {
      step,
      server: {
        async serve(request) {
          if (request.type === "images") await deliverImages(options, data, request);
          else if (request.type === "lend") await request.use(kept);
          // All other requests need the device.
          else request.refuse(refusals.onlyWeights());
        },
        stepsDone: () => step,
      },
    };
  }

  const session: Session = { train, serve, stepsDone: () => lane.stepsDone, endWithCopy };
  return session;
}
