/** Writes the curves of a recorded run as the table that Export writes of the current one. */
import { type HistoryPoint, historyCsv } from "../../interop/historyCsv.ts";
import type { Curve, RunRecord } from "../../runs/runRecord.ts";

export function recordedHistory({ head, body }: RunRecord): string {
  const training = pointsOf(body.training);
  const validation = pointsOf(body.validation);
  return historyCsv({ training, validation, test: head.figures.test });
}

function pointsOf({ steps, losses, accuracies }: Curve): readonly HistoryPoint[] {
  return Array.from(steps, (step, index) => ({
    step,
    loss: losses[index] ?? 0,
    accuracy: accuracies[index] ?? 0,
  }));
}
