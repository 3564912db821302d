import type { Budget } from "../loop/budget.ts";
import type { Speed } from "../loop/progressMeter.ts";

/** Converts the time of a step to that of an epoch and of the whole run. */
export function speedOfRun(speed: Speed, budget: Budget) {
  return {
    ...speed,
    epochMs: speed.stepMs * budget.stepsPerEpoch,
    totalMs: speed.stepMs * budget.totalSteps,
  };
}
