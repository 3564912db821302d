/**
 * The promise about checkpoints, checked on what a worker reported until it was killed. All times are milliseconds of the worker's
 * own clock, so a busy machine changes nothing: the next checkpoint begins at most one interval after the one before has begun, and
 * what is lost beyond the interval is the time that writing had taken when the kill came.
 */
import { greatestOf } from "../../src/core/numbers.ts";

/** Reported when the worker first reads its storage after a checkpoint, with which each checkpoint begins. */
export const BEGUN = "checkpoint.begun";
export const REPORTED = [
  ...["run.phaseChanged", "step.completed", "checkpoint.kept", "checkpoint.failed"],
  ...["run.restored", "run.failed", "run.finished"],
];

/** The part of a worker's event that the rules need. */
export interface Report {
  readonly type: string;
  readonly at: number;
  readonly runId?: string;
  readonly phase?: string;
  readonly step?: number;
  readonly intervalMs?: number;
  readonly message?: string;
}

/** The reports of one run or one race, from the begin of its training on. */
export interface Session {
  readonly runId: string | undefined;
  readonly beganAt: number;
  /** Of each step that was reported, the first time. */
  readonly steps: readonly { readonly step: number; readonly at: number }[];
  /** The step of the newest checkpoint that was reported to be complete; `null` when there was none. */
  readonly keptStep: number | null;
  readonly intervalMs: number;
  /** When the checkpoint began that is not yet complete. */
  readonly writingSince: number | null;
  /** Milliseconds that writing took, of each complete checkpoint. */
  readonly writingMs: readonly number[];
  /** The greatest number of steps that ended after a checkpoint had been due and before it began. */
  readonly lateSteps: number;
}

/** The least interval of the page. */
const LEAST_INTERVAL_MS = 30_000;
/**
 * A step that has not ended when a checkpoint becomes due ends before it begins, and so may the validation after this step, during
 * which the step is reported.
 */
const MOST_LATE_STEPS = 2;

/** Returns the sessions in order. An experiment has one for each seed. */
export function sessionsOf(
  reports: readonly Report[],
  leastIntervalMs = LEAST_INTERVAL_MS,
): readonly Session[] {
  const starts: number[] = [];
  let hasSteps = true;
  for (const [index, { type, phase }] of reports.entries()) {
    if (type === "step.completed") hasSteps = true;
    // Each network of a race reports the begin of its training, too.
    if (type !== "run.phaseChanged" || phase !== "training" || !hasSteps) continue;
    starts.push(index);
    hasSteps = false;
  }
  return starts.map((start, index) =>
    sessionOf(reports.slice(start, starts[index + 1]), leastIntervalMs),
  );
}

function sessionOf(reports: readonly Report[], leastIntervalMs: number): Session {
  const [first] = reports;
  const beganAt = first?.at ?? 0;
  const steps: { step: number; at: number }[] = [];
  const writingMs: number[] = [];
  let intervalMs = leastIntervalMs;
  let baseAt = beganAt;
  let writingSince: number | null = null;
  let keptStep: number | null = null;
  let late = 0;
  let lateSteps = 0;
  for (const { type, at, step = 0, ...report } of reports) {
    if (type === "step.completed" && step > (steps.at(-1)?.step ?? 0)) {
      steps.push({ step, at });
      if (writingSince === null && at > baseAt + intervalMs) late += 1;
      lateSteps = Math.max(lateSteps, late);
    } else if (type === BEGUN && writingSince === null) {
      writingSince = at;
      late = 0;
    } else if (type === "checkpoint.kept") {
      baseAt = writingSince ?? at;
      writingMs.push(at - baseAt);
      ({ intervalMs = intervalMs } = report);
      writingSince = null;
      keptStep = step;
    }
  }
  const { runId } = first ?? {};
  return {
    ...{ runId, beganAt, steps, keptStep, intervalMs, writingSince },
    ...{ writingMs, lateSteps },
  };
}

export interface Loss {
  /** The time of the steps after the newest complete checkpoint. */
  readonly lostMs: number;
  readonly intervalMs: number;
  /** How long the newest checkpoint had been written when the kill came; 0 when none was being written. */
  readonly interruptedMs: number;
}

/**
 * @param foundStep the step of the checkpoint that was found after the kill; `null` when there was none
 * @throws Error when more is lost than is promised
 */
export function lossOf(session: Session, foundStep: number | null): Loss {
  const { beganAt, steps, keptStep, intervalMs, writingSince, lateSteps } = session;
  if (keptStep !== null && (foundStep === null || foundStep < keptStep))
    throw new Error(`the checkpoint of step ${keptStep} was kept, and ${foundStep} was found`);
  if (lateSteps > MOST_LATE_STEPS)
    throw new Error(`${lateSteps} steps ended after a checkpoint had been due`);
  const last = steps.at(-1);
  const endedAt = last?.at ?? beganAt;
  const found = steps.findLast(({ step }) => step <= (foundStep ?? 0));
  const lostMs = endedAt - (found?.at ?? beganAt);
  const interruptedMs = writingSince === null ? 0 : Math.max(0, endedAt - writingSince);
  const times = [beganAt, ...steps.map(({ at }) => at)];
  const stepMs = greatestOf([0, ...times.slice(1).map((at, index) => at - (times[index] ?? at))]);
  // The state is that of the step before the checkpoint began.
  const mostMs = intervalMs + interruptedMs + (MOST_LATE_STEPS + 1) * stepMs;
  if (lostMs > mostMs)
    throw new Error(
      `${Math.round(lostMs)} ms were lost to step ${last?.step} with ${foundStep} found; expected at most ${Math.round(mostMs)} ms`,
    );
  return { lostMs, intervalMs, interruptedMs };
}
