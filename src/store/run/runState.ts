/**
 * One run as the page knows it, told by the worker's events. Pure: `runAfter(run, event)` is the whole state
 * machine. A run that failed or was reset keeps its history until another one starts; events of any other
 * run change nothing.
 */
import type { WorkerEvent, WorkerEventOf } from "../../protocol/events.ts";
import type { Settings } from "../../settings/settings.ts";
import { append, emptySeries, type Series } from "./series.ts";

export type RunPhase = "loading" | "compiling" | "training" | "testing";
export type RunRequest = "pause" | "resume" | "step";
type Facts<T extends WorkerEvent["type"]> = Omit<WorkerEventOf<T>, "type" | "runId">;
export type EngineFacts = Facts<"engine.chosen">;
export type Speed = Facts<"speed.measured">;
export type StepFacts = Omit<Facts<"step.completed">, "points">;

/** Steps done (from 1), mean loss and share of right answers. */
export interface CurvePoint {
  readonly step: number;
  readonly loss: number;
  readonly accuracy: number;
}

export interface RunError {
  readonly code: string;
  readonly message: string;
  readonly context: Readonly<Record<string, string | number | boolean | null>>;
}

export interface RunState {
  readonly runId: string | null;
  /** As they were when the run started, and the learning rate as it is now. */
  readonly settings: Settings | null;
  /** The recipe that the settings came from. */
  readonly recipeId: string | null;
  readonly phase: RunPhase | null;
  readonly phaseDetail: string;
  /** Of the phase that is done, where the worker counts. */
  readonly phaseShare: number | null;
  readonly paused: boolean;
  readonly outcome: "finished" | "failed" | null;
  /** Asked of the worker, not answered yet. */
  readonly request: RunRequest | null;
  readonly engine: EngineFacts | null;
  readonly prepared: Facts<"run.prepared"> | null;
  readonly data: Facts<"data.progressed"> | null;
  /** The newest loss of a device that the run outlived. */
  readonly recovery: Facts<"engine.recovered"> | null;
  readonly speed: Speed | null;
  readonly progress: StepFacts | null;
  readonly training: Series<CurvePoint>;
  readonly validation: Series<CurvePoint>;
  /** How far an evaluation on the test set has come. */
  readonly testing: Facts<"test.progressed"> | null;
  /** Paused in the middle of it. */
  readonly testHeld: boolean;
  /** Why a test that was asked for is not made. */
  readonly testRefusal: string | null;
  readonly trainMs: number | null;
  readonly error: RunError | null;
  /** Of a run that failed: steps that the weights have had which are left of it. */
  readonly keptStep: number | null;
}

export function noRun(): RunState {
  return {
    runId: null,
    settings: null,
    recipeId: null,
    phase: null,
    phaseDetail: "",
    phaseShare: null,
    paused: false,
    outcome: null,
    request: null,
    engine: null,
    prepared: null,
    data: null,
    recovery: null,
    speed: null,
    progress: null,
    training: emptySeries(),
    validation: emptySeries(),
    testing: null,
    testHeld: false,
    testRefusal: null,
    trainMs: null,
    error: null,
    keptStep: null,
  };
}

export function startedRun(runId: string, settings: Settings): RunState {
  return { ...noRun(), runId, settings, phase: "loading" };
}

/** True from Train until the run finishes, fails or is reset. */
export function isActive(run: RunState): boolean {
  return run.runId !== null && run.outcome === null;
}

/**
 * Whether it waits, or will wait once the worker has heard the newest press: what the next press of the button undoes. A
 * worker that waits for the network answers late, and a button that did nothing until then would look dead.
 */
export function isHeld(run: RunState): boolean {
  return run.request === null ? run.paused : run.request !== "resume";
}

/**
 * What the next press of a run's or a race's button does, by what was asked last and not by what the worker has told.
 *
 * @param waits whether it waits for its turn at the machine
 * @returns `null` where it has been started and waits: Reset takes that back
 */
export function nextPress(run: RunState, waits: boolean): "start" | "resume" | "pause" | null {
  if (!isActive(run)) return waits ? null : "start";
  return isHeld(run) && !waits ? "resume" : "pause";
}

/**
 * Whether it computes now or is about to. A pause that was asked for counts only once the worker has told of it; a test is
 * no less work than training, also of a run that waits or is over.
 */
export function usesMachine(run: RunState): boolean {
  const goesOn = run.request === "resume" || run.request === "step";
  const isTesting = run.testing !== null && !run.testHeld;
  return isTesting || (isActive(run) && (!run.paused || goesOn));
}

export function requested(run: RunState, request: RunRequest): RunState {
  return isActive(run) ? { ...run, request } : run;
}

/** A test was asked for: none of its images have been looked at yet. */
export function testRequested(run: RunState): RunState {
  const totalImages = run.prepared?.dataSet.numTest ?? 0;
  return { ...run, testing: { numImages: 0, totalImages }, testHeld: false };
}

export function withLearningRate(run: RunState, learningRate: number): RunState {
  return isActive(run) && run.settings
    ? { ...run, settings: { ...run.settings, learningRate } }
    : run;
}

export function runAfter(run: RunState, event: WorkerEvent): RunState {
  if (!("runId" in event) || event.runId !== run.runId) return run;
  // After its end a run may still test itself or deliver images; it cannot come back to life.
  if (run.outcome !== null) return afterOutcome(run, event);
  switch (event.type) {
    case "run.phaseChanged":
      return {
        ...run,
        phase: event.phase,
        phaseDetail: event.detail,
        phaseShare: event.share ?? null,
        testing: event.phase === "testing" ? run.testing : null,
      };
    case "engine.chosen":
      return { ...run, engine: factsOf(event) };
    case "engine.recovered":
      return { ...run, recovery: factsOf(event) };
    case "data.progressed":
      return { ...run, data: factsOf(event) };
    case "run.prepared":
      return { ...run, prepared: factsOf(event) };
    case "speed.measured":
      return { ...run, speed: factsOf(event) };
    case "step.completed": {
      const { points, ...progress } = factsOf(event);
      return { ...run, phase: "training", progress, training: append(run.training, points) };
    }
    case "validation.completed": {
      const { step, loss, accuracy } = event;
      return { ...run, validation: append(run.validation, [{ step, loss, accuracy }]) };
    }
    case "run.paused":
      // A pause that was taken back meanwhile is told all the same.
      return {
        ...run,
        paused: true,
        testHeld: run.testing !== null,
        request: run.request === "resume" ? "resume" : null,
      };
    case "run.resumed":
      return {
        ...run,
        paused: false,
        testHeld: false,
        request: run.request === "resume" ? null : run.request,
      };
    case "run.finished":
      return {
        ...run,
        outcome: "finished",
        paused: false,
        request: null,
        testing: null,
        trainMs: event.trainMs,
      };
    case "run.failed":
      return {
        ...run,
        outcome: "failed",
        paused: false,
        request: null,
        testing: null,
        error: event.error,
        keptStep: event.keptStep ?? null,
      };
    case "test.progressed":
    case "test.completed":
    case "test.refused":
      return withTest(run, event);
    default:
      return run;
  }
}

function afterOutcome(run: RunState, event: WorkerEvent): RunState {
  if (
    event.type === "test.progressed" ||
    event.type === "test.completed" ||
    event.type === "test.refused"
  )
    return withTest(run, event);
  if (event.type === "run.failed")
    return {
      ...run,
      outcome: "failed",
      testing: null,
      error: event.error,
      keptStep: event.keptStep ?? null,
    };
  return run;
}

function withTest(
  run: RunState,
  event: WorkerEventOf<"test.progressed" | "test.completed" | "test.refused">,
): RunState {
  if (event.type === "test.refused")
    return { ...run, testing: null, testHeld: false, testRefusal: event.error.message };
  if (event.type === "test.progressed")
    return { ...run, testing: factsOf(event), testRefusal: null };
  // A test in between hands back to training; the one at the end is followed by the end.
  const isOver =
    run.progress !== null &&
    run.progress.step >= (run.prepared?.totalSteps ?? Number.POSITIVE_INFINITY);
  return { ...run, testing: null, testHeld: false, phase: isOver ? run.phase : "training" };
}

function factsOf<E extends WorkerEvent & { runId: string }>(event: E): Omit<E, "type" | "runId"> {
  const { type: _type, runId: _runId, ...facts } = event;
  return facts;
}
