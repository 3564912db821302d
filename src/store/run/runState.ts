/**
 * The page's state of one run, updated by the worker's events. `runAfter(run, event)` is a pure function and the whole state
 * machine. A failed or reset run keeps its history until another one starts. Events of any other run change nothing.
 */
import type { CurvePoint } from "../../core/curves.ts";
import type { SerializedError } from "../../core/errors.ts";
import type { WorkerEvent, WorkerEventOf } from "../../protocol/events.ts";
import type { Settings } from "../../settings/settings.ts";
import type { Steered } from "../../settings/steering.ts";
import { type Facts, factsOf } from "./facts.ts";
import { append, emptySeries, type Series } from "./series.ts";

export type RunPhase = "loading" | "compiling" | "training" | "testing";
export type RunRequest = "pause" | "resume" | "step";
export type EngineFacts = Facts<"engine.chosen">;
export type Speed = Facts<"speed.measured">;
export type StepFacts = Omit<Facts<"step.completed">, "points" | "clock">;

export interface RunChange {
  /** The first step that it applied to, counted from 0. */
  readonly step: number;
  readonly words: string;
}

export interface RunState {
  readonly runId: string | null;
  /** The settings at the start of the run, with what has changed since. */
  readonly settings: Settings | null;
  /** The recipe that the settings came from. */
  readonly recipeId: string | null;
  readonly phase: RunPhase | null;
  readonly phaseDetail: string;
  /** The share of the phase that is done, when the worker reports it. */
  readonly phaseShare: number | null;
  readonly paused: boolean;
  readonly outcome: "finished" | "failed" | "takenOver" | null;
  /** The step from which another tab goes on with the run; `null` when it was not taken over. */
  readonly takenOverAt: number | null;
  /** The newest request, until the worker has answered it. */
  readonly request: RunRequest | null;
  /** The number of requests so far, tests included. They number the requests. */
  readonly numRequests: number;
  /** The number of `request`. Only an event of a worker that had received as many answers it. */
  readonly requestNumber: number;
  readonly engine: EngineFacts | null;
  readonly prepared: Facts<"run.prepared"> | null;
  readonly data: Facts<"data.progressed"> | null;
  /** The newest checkpoint. */
  readonly kept: Facts<"checkpoint.kept"> | null;
  /** The newest loss of a device that the run recovered from. */
  readonly recovery: Facts<"engine.recovered"> | null;
  readonly speed: Speed | null;
  /** What has changed during the run. */
  readonly changes: readonly RunChange[];
  readonly progress: StepFacts | null;
  /** Set when no further step is taken. */
  readonly ending: Facts<"training.ended"> | null;
  readonly training: Series<CurvePoint>;
  readonly validation: Series<CurvePoint>;
  /** The progress of an evaluation on the test set. */
  readonly testing: Facts<"test.progressed"> | null;
  /** The number of a requested test, until the worker has refused or completed it. The test may outlast the training. */
  readonly testNumber: number | null;
  /** Whether the run was paused during the test. */
  readonly testHeld: boolean;
  /** Why a requested test will not run. */
  readonly testRefusal: string | null;
  readonly trainMs: number | null;
  readonly error: SerializedError | null;
  /** For a failed run: the step of the weights that are left of it. */
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
    takenOverAt: null,
    request: null,
    numRequests: 0,
    requestNumber: 0,
    engine: null,
    prepared: null,
    data: null,
    kept: null,
    recovery: null,
    speed: null,
    changes: [],
    progress: null,
    ending: null,
    training: emptySeries(),
    validation: emptySeries(),
    testing: null,
    testNumber: null,
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
 * Tells whether the run waits, or will wait once the worker has received the newest press. The next press of the button undoes
 * exactly that. A worker that waits for the network answers late, and a button without an effect until then would look broken.
 */
export function isHeld(run: RunState): boolean {
  return run.request === null ? run.paused : run.request !== "resume";
}

/**
 * Returns what the next press of a run's or a race's button does. It depends on the last request and not on the worker's last
 * event.
 *
 * @param waits whether it waits for its turn at the machine
 * @returns `null` when it has been started and waits: Reset cancels that
 */
export function nextPress(run: RunState, waits: boolean): "start" | "resume" | "pause" | null {
  if (!isActive(run)) return waits ? null : "start";
  return isHeld(run) && !waits ? "resume" : "pause";
}

/**
 * Tells whether the run computes now or is about to. A requested pause counts only once the worker has confirmed it: until then
 * a pause that it reports may be an earlier one, which it has left since. A test counts as work like training, even in a paused
 * or finished run.
 */
export function usesMachine(run: RunState): boolean {
  const isTesting = run.testing !== null && !run.testHeld;
  return isTesting || (isActive(run) && (!run.paused || run.request !== null));
}

export function requested(run: RunState, request: RunRequest): RunState {
  if (!isActive(run)) return run;
  const number = run.numRequests + 1;
  return { ...run, request, requestNumber: number, numRequests: number };
}

/** Returns the state after a test was requested: none of its images have been evaluated yet. */
export function testRequested(run: RunState): RunState {
  const totalImages = run.prepared?.dataSet.numTest ?? 0;
  const number = run.numRequests + 1;
  return {
    ...{ ...run, testing: { numImages: 0, totalImages }, testHeld: false },
    ...{ testNumber: number, numRequests: number },
  };
}

export function withSteered(run: RunState, steered: Steered): RunState {
  return isActive(run) && run.settings
    ? { ...run, settings: { ...run.settings, ...steered } }
    : run;
}

export function runAfter(run: RunState, event: WorkerEvent): RunState {
  if (!("runId" in event) || event.runId !== run.runId) return run;
  // A finished run may still test itself or deliver images, but it cannot become active again.
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
    case "checkpoint.kept":
      return { ...run, kept: factsOf(event) };
    case "engine.recovered":
      return { ...run, recovery: factsOf(event) };
    case "data.progressed":
      return { ...run, data: factsOf(event) };
    case "run.prepared":
      return { ...run, prepared: factsOf(event) };
    case "run.steered":
      return steeredRun(run, event);
    case "speed.measured":
      return { ...run, speed: factsOf(event) };
    case "step.completed": {
      const { points, clock: _clock, ...progress } = factsOf(event);
      return { ...run, phase: "training", progress, training: append(run.training, points) };
    }
    case "training.ended":
      return { ...run, ending: factsOf(event) };
    case "validation.completed": {
      const { step, loss, accuracy } = event;
      return { ...run, validation: append(run.validation, [{ step, loss, accuracy }]) };
    }
    case "run.paused":
      // The worker also reports a pause that was cancelled meanwhile.
      return {
        ...run,
        paused: true,
        testHeld:
          run.testing !== null && event.received >= (run.testNumber ?? 0) && !event.computes,
        request: event.received >= run.requestNumber ? null : run.request,
      };
    case "run.resumed":
      return {
        ...run,
        paused: false,
        testHeld: false,
        // A single step is answered by the pause after it.
        request: event.received >= run.requestNumber && run.request !== "step" ? null : run.request,
      };
    case "run.finished":
      return {
        ...{ ...run, ...OVER, outcome: "finished", trainMs: event.trainMs },
        testing: run.testNumber === null ? null : run.testing,
      };
    case "run.failed":
      return failed(run, event);
    case "run.takenOver":
      return {
        ...{ ...run, ...OVER, outcome: "takenOver", takenOverAt: event.step },
        ...{ testing: null, testNumber: null },
      };
    case "test.progressed":
    case "test.completed":
    case "test.refused":
      return withTest(run, event);
    default:
      return run;
  }
}

/** A second change before the same step replaces the first one. */
function steeredRun(run: RunState, event: WorkerEventOf<"run.steered">): RunState {
  const { step, settings, words, totalSteps } = event;
  const earlier = run.changes.filter((change) => change.step < step);
  return {
    ...withSteered(run, settings),
    changes: words === "" ? earlier : [...earlier, { step, words }],
    prepared: run.prepared && { ...run.prepared, totalSteps },
  };
}

function afterOutcome(run: RunState, event: WorkerEvent): RunState {
  if (
    event.type === "test.progressed" ||
    event.type === "test.completed" ||
    event.type === "test.refused"
  )
    return withTest(run, event);
  return event.type === "run.failed" ? failed(run, event) : run;
}

const OVER = { paused: false, request: null, testHeld: false } as const;

function failed(run: RunState, { error, keptStep }: WorkerEventOf<"run.failed">): RunState {
  // The worker of a failed run refuses tests, or is gone.
  return {
    ...{ ...run, ...OVER, outcome: "failed", error, keptStep: keptStep ?? null },
    ...{ testing: null, testNumber: null },
  };
}

function withTest(
  run: RunState,
  event: WorkerEventOf<"test.progressed" | "test.completed" | "test.refused">,
): RunState {
  if (event.type === "test.refused")
    return {
      ...{ ...run, testing: null, testHeld: false },
      ...{ testNumber: null, testRefusal: event.error.message },
    };
  if (event.type === "test.progressed")
    return { ...run, testing: factsOf(event), testRefusal: null };
  // After a test during training, training continues. After the final test, the run ends.
  const isOver =
    run.ending !== null ||
    (run.progress !== null &&
      run.progress.step >= (run.prepared?.totalSteps ?? Number.POSITIVE_INFINITY));
  const testNumber = event.requested === true ? null : run.testNumber;
  return {
    ...{ ...run, testHeld: false, testNumber, phase: isOver ? run.phase : "training" },
    testing: testNumber === null ? null : run.testing,
  };
}
