/** Estimates how long the runs of a sweep take, from steps that were measured on this machine. Pure functions. */
import { stepsInRun } from "../epoch.ts";
import type { PlannedRun } from "./planSweep.ts";

/** A step that was measured here. */
export interface MeasuredStep {
  /** Multiply-accumulates of a forward pass of its whole batch. */
  readonly macs: number;
  readonly stepMs: number;
}

/**
 * Returns the milliseconds that the steps of the runs take one after another, without validation and test. The time of a step
 * is that of the measured step whose work is closest, in proportion to the work. `null` when no step was measured.
 */
export function estimatedMs(
  runs: readonly Pick<PlannedRun, "settings" | "macs">[],
  measured: readonly MeasuredStep[],
  numTrain: number,
): number | null {
  let sum = 0;
  for (const run of runs) {
    const stepMs = estimatedStepMs(run.macs * run.settings.batchSize, measured);
    if (stepMs === null) return null;
    sum += stepMs * stepsInRun(run.settings, numTrain);
  }
  return sum;
}

function estimatedStepMs(macs: number, measured: readonly MeasuredStep[]): number | null {
  const distance = (step: MeasuredStep) => Math.abs(Math.log(step.macs / macs));
  const [closest] = measured.toSorted((one, other) => distance(one) - distance(other));
  return closest === undefined ? null : (closest.stepMs * macs) / closest.macs;
}
