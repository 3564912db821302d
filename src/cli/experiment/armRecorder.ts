/** Records the result of one arm's run from the events of its lane. */
import type { WorkerEvent, WorkerEventOf } from "../../protocol/events.ts";

/** A point for each validation. The training figures are means over the steps since the previous report. */
export interface HistoryPoint {
  readonly step: number;
  readonly trainSeconds: number;
  readonly trainLoss: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
}

export interface SeedResult {
  readonly seed: number;
  readonly steps: number;
  /** Time spent in steps of this arm alone. */
  readonly trainSeconds: number;
  readonly testAccuracy: number;
  readonly history: readonly HistoryPoint[];
}

export interface ArmRecorder {
  receive(event: WorkerEvent): void;
  /** Returns the result, or why there is none. */
  result(): SeedResult | { readonly seed: number; readonly failure: string };
}

export function createArmRecorder(seed: number): ArmRecorder {
  const history: HistoryPoint[] = [];
  let newest: WorkerEventOf<"step.completed"> | undefined;
  let testAccuracy: number | undefined;
  let failure = "the race ended before its test";
  return {
    receive(event) {
      if (event.type === "step.completed") newest = event;
      if (event.type === "test.completed") testAccuracy = event.accuracy;
      if (event.type === "run.failed") failure = event.error.message;
      if (event.type === "validation.completed" && newest !== undefined) {
        history.push({
          step: event.step,
          trainSeconds: newest.trainMs / 1000,
          trainLoss: newest.points.at(-1)?.loss ?? Number.NaN,
          validationLoss: event.loss,
          validationAccuracy: event.accuracy,
        });
      }
    },
    result() {
      if (testAccuracy === undefined || newest === undefined) return { seed, failure };
      const { step, trainMs } = newest;
      return { seed, steps: step, trainSeconds: trainMs / 1000, testAccuracy, history };
    },
  };
}
