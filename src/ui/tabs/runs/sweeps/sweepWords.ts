/** The words of the card of sweeps. Pure functions. */
import { formatCount } from "../../../../core/units.ts";
import { isActive, usesMachine } from "../../../../store/run/runState.ts";
import type { SweepingRun } from "../../../../store/sweeps/store.ts";
import { nextRun, type SweepCounts, type SweepState } from "../../../../store/sweeps/sweepState.ts";

export type SweepStatus =
  | "training"
  | "pausing"
  | "waiting"
  | "queued"
  | "paused"
  | "elsewhere"
  | "over";

export function statusOf(of: {
  readonly sweep: SweepState;
  readonly queue: readonly string[];
  /** The run of this sweep that is under way or ended last. */
  readonly current: SweepingRun | null;
  readonly isElsewhere: boolean;
  readonly isWaiting: boolean;
}): SweepStatus {
  const { sweep, queue, current, isElsewhere, isWaiting } = of;
  if (isElsewhere) return "elsewhere";
  if (nextRun(sweep) === undefined) return "over";
  if (isWaiting) return "waiting";
  const isComputing = current !== null && usesMachine(current.run);
  const place = queue.indexOf(sweep.id);
  if (isComputing) return place >= 0 ? "training" : "pausing";
  return place > 0 ? "queued" : "paused";
}

/** Writes `3 of 8 runs, 1 failed. Training Width multiplier 0.25, Seed 1: step 120 of 300` */
export function statusText(
  status: SweepStatus,
  { numRuns, numFinished, numFailed }: SweepCounts,
  current: SweepingRun | null,
): string {
  const failed = numFailed === 0 ? "" : `, ${formatCount(numFailed)} failed`;
  const counts = `${formatCount(numFinished)} of ${formatCount(numRuns)} runs${failed}`;
  const active = current !== null && isActive(current.run) ? current : null;
  const step = active?.run.progress?.step ?? 0;
  const total = active?.run.prepared?.totalSteps;
  const steps = total === undefined ? "" : `: step ${formatCount(step)} of ${formatCount(total)}`;
  const run = active === null ? "" : ` ${active.planned.name}${steps}`;
  switch (status) {
    case "training":
      return `${counts}. Training${run}`;
    case "pausing":
      return `${counts}. Pausing after this step`;
    case "waiting":
      return `${counts}. Waiting for the machine`;
    case "queued":
      return `${counts}. Queued`;
    case "paused":
      return `${counts}. Paused${run === "" ? "" : ` in${run}`}`;
    case "elsewhere":
      return "Another tab of this page trains it";
    case "over":
      return numFailed === 0 ? `Finished: ${counts}` : `Over: ${counts}`;
  }
}

/** Returns the share of the sweep's runs that is done, with the steps of the run that is under way. */
export function shareOf(
  { numRuns, numFinished, numFailed }: SweepCounts,
  current: SweepingRun | null,
): number {
  const active = current !== null && isActive(current.run) ? current.run : null;
  const total = active?.prepared?.totalSteps ?? 0;
  const share = total === 0 ? 0 : Math.min(1, (active?.progress?.step ?? 0) / total);
  return (numFinished + numFailed + share) / Math.max(1, numRuns);
}
