/** Describes a run's state in words and numbers. Pure selectors; the texts are a public interface. */
import { formatBytes, formatCount, formatDuration } from "../../core/units.ts";
import { statisticsText } from "../../settings/statisticsText.ts";
import type { EvaluationState } from "./evaluationState.ts";
import { isActive, type RunState } from "./runState.ts";

export type RunStatus =
  | "ready"
  | "loading"
  | "compiling"
  | "training"
  | "testing"
  | "paused"
  | "finished"
  | "failed"
  | "takenOver";

export function statusOf(run: RunState): RunStatus {
  if (run.runId === null) return "ready";
  if (run.outcome !== null) return run.outcome;
  if (run.testing !== null && !run.testHeld) return "testing";
  return run.paused ? "paused" : (run.phase ?? "loading");
}

/** The text of the element with role `status` and the name "Run status". */
export function statusText(run: RunState): string {
  switch (statusOf(run)) {
    case "ready":
      return "Ready";
    case "loading":
      return "Loading data";
    case "compiling":
      return "Compiling";
    case "training":
      return `Training, ${positionText(run)}`;
    case "testing":
      return run.testing
        ? `Testing, ${formatCount(run.testing.numImages)} of ${formatCount(run.testing.totalImages)} images`
        : "Testing";
    case "paused":
      return "Paused";
    case "finished":
      return "Finished";
    case "takenOver":
      return `Goes on in another tab, from step ${formatCount(run.takenOverAt ?? 0)}`;
    case "failed":
      return `Failed: ${run.error?.message ?? "the run ended without saying why."}`;
  }
}

/** Returns the position of a run: epoch of epochs, step of this epoch's steps. The last epoch may be shorter. */
function positionOf(run: RunState): {
  readonly epoch: number;
  readonly numEpochs: number;
  readonly stepInEpoch: number;
  readonly stepsInEpoch: number;
} {
  const stepsPerEpoch = run.prepared?.stepsPerEpoch ?? 0;
  const totalSteps = run.prepared?.totalSteps ?? 0;
  const numEpochs = stepsPerEpoch > 0 ? Math.max(1, Math.ceil(totalSteps / stepsPerEpoch)) : 1;
  const epoch = Math.max(1, run.progress?.epoch ?? 1);
  const left = totalSteps - (epoch - 1) * stepsPerEpoch;
  return {
    epoch,
    numEpochs: Math.max(epoch, numEpochs),
    stepInEpoch: run.progress?.stepInEpoch ?? 0,
    stepsInEpoch: Math.max(0, Math.min(stepsPerEpoch, left)),
  };
}

export function positionText(run: RunState): string {
  const { epoch, numEpochs, stepInEpoch, stepsInEpoch } = positionOf(run);
  return `epoch ${epoch} of ${numEpochs}, step ${stepInEpoch} of ${stepsInEpoch}`;
}

/** Writes the line beside the status: how much has loaded, where the run is paused, what the phase does. */
export function statusDetail(run: RunState): string {
  if (run.outcome !== null) return earlyEndText(run);
  const pending = pendingPauseText(run);
  if (pending !== null) return pending;
  if (run.paused) return pauseText(run);
  if (statusOf(run) === "loading" && run.data && run.data.totalBytes > 0) {
    return `${formatBytes(run.data.loadedBytes)} of ${formatBytes(run.data.totalBytes)}`;
  }
  return run.phaseDetail;
}

/** Writes where a run ended before its length; empty when it did not. */
function earlyEndText({ ending, prepared }: RunState): string {
  const total = prepared?.totalSteps ?? 0;
  return ending !== null && ending.step < total
    ? `after step ${formatCount(ending.step)} of ${formatCount(total)}`
    : "";
}

/** Confirms a press of Pause while the worker waits for the network or compiles and answers late. */
export function pendingPauseText(run: RunState): string | null {
  return isActive(run) && run.request === "pause" && !run.paused
    ? "pauses when what is under way allows it"
    : null;
}

/** Writes where the run is paused. */
function pauseText(run: RunState): string {
  const { testing } = run;
  if (testing !== null)
    return `in the test, ${formatCount(testing.numImages)} of ${formatCount(testing.totalImages)} images`;
  return run.progress ? positionText(run) : "before the first step";
}

/**
 * Writes what the engine uses: the work of each step on the graphics device, where that is counted, and memory. Then the newest
 * checkpoint, when there is one.
 */
export function engineUseText({ progress, engine, kept }: RunState): string {
  if (progress === null || engine === null) return "";
  const { work, usedBytes, numTensors, lossScale } = progress;
  const of = (count: number, what: string) =>
    `${formatCount(count)} ${what}${count === 1 ? "" : "s"}`;
  const step =
    work &&
    `A step: ${formatCount(work.dispatches)} dispatches, ${of(work.submits, "submit")}, ` +
      `${of(work.buffers, "new buffer")}. `;
  const part = engine.engine === "tfjs" ? "tensor" : "buffer";
  const scale =
    lossScale &&
    ` Loss scale ${formatCount(lossScale.scale)}, ${of(lossScale.skippedSteps, "step")} skipped.`;
  const checkpoint =
    kept &&
    ` Checkpoint of step ${formatCount(kept.step)}: ${formatBytes(kept.bytes)}, the next one after ${formatDuration(kept.intervalMs)}.`;
  return `${step ?? ""}Memory: ${formatBytes(usedBytes)} in ${of(numTensors, part)}.${scale ?? ""}${checkpoint ?? ""}`;
}

/** Writes what a run recovered from, in a sentence; `null` when nothing happened. */
export function recoveryText({ recovery }: RunState): string | null {
  if (recovery === null) return null;
  const { step, resumedStep, reason } = recovery;
  return (
    `After step ${formatCount(step)} the device was lost (${reason}). Training went on with another, from the copy of ` +
    `step ${formatCount(resumedStep)}: the curve misses nothing.`
  );
}

/** Returns the share of the current phase that is done, in `[0, 1]`; `null` when it is unknown. */
export function progressShare(run: RunState): number | null {
  const total = run.prepared?.totalSteps ?? 0;
  switch (statusOf(run)) {
    case "ready":
      return 0;
    case "loading":
      return run.data && run.data.totalBytes > 0 ? loadShare(run.data) : null;
    case "compiling":
      return run.phaseShare;
    case "testing":
      return run.testing && run.testing.totalImages > 0
        ? run.testing.numImages / run.testing.totalImages
        : null;
    case "finished":
      return 1;
    default:
      return total > 0 ? Math.min(1, (run.progress?.step ?? 0) / total) : 0;
  }
}

/** Training starts when the shuffle buffer is full, not when all bytes have arrived. */
function loadShare(data: NonNullable<RunState["data"]>): number {
  const byBuffer = data.bufferSize > 0 ? data.buffered / data.bufferSize : 0;
  return Math.min(1, Math.max(byBuffer, data.loadedBytes / data.totalBytes));
}

/** Says why a run ended before its length and which weights it restored; empty when there is nothing to say. */
export function endingText({ ending }: RunState): string {
  return ending?.words ?? "";
}

/** The page warns early of a run that will take longer than this. */
const LONG_RUN_MS = 10 * 60_000;

/** Writes a sentence about a run that will take long here, from the time measured before its first step. */
export function longRunText(run: RunState): string | null {
  if (!isActive(run) || run.speed === null) return null;
  const { timeLimit = 0 } = run.settings ?? {};
  const limitMs = timeLimit > 0 ? 60_000 * timeLimit : Number.POSITIVE_INFINITY;
  const totalMs = Math.min(run.speed.totalMs, limitMs);
  if (totalMs <= LONG_RUN_MS) return null;
  return `This run will take about ${formatDuration(totalMs)} here (an epoch ${formatDuration(run.speed.epochMs)}).`;
}

/** Writes why the newest evaluation lags behind training, when the moving statistics are the cause. */
export function laggingText(
  { settings }: RunState,
  { statistics }: Pick<EvaluationState, "statistics">,
): string | null {
  if (statistics === null || settings === null) return null;
  return statisticsText(statistics, settings.batchNormMomentum);
}
