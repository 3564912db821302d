/** Records what the terminal needs from a run's events: its curves, its time, and the confusion matrix of its test. */
import type { History, HistoryPoint } from "../../interop/historyCsv.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import type { StatisticsComparison } from "../../settings/statisticsText.ts";

export interface RunRecord {
  readonly history: History;
  /** Milliseconds spent in steps. */
  readonly trainMs: number;
  /** Why the run ended before its length and which weights it restored; empty when there is nothing to say. */
  readonly ending: string;
  /** `[classes, classes]` counts of the newest test; empty before it. */
  readonly confusion: Uint32Array;
  /** From the newest test, when it lagged behind training. */
  readonly statistics: StatisticsComparison | null;
}

export function createRunRecorder() {
  const training: HistoryPoint[] = [];
  const validation: HistoryPoint[] = [];
  let test: HistoryPoint | null = null;
  let trainMs = 0;
  let ending = "";
  let confusion = new Uint32Array();
  let statistics: StatisticsComparison | null = null;
  return {
    receive(event: WorkerEvent): void {
      switch (event.type) {
        case "step.completed":
          for (const point of event.points) training.push(point);
          trainMs = event.trainMs;
          return;
        case "validation.completed":
          validation.push(pointOf(event));
          return;
        case "test.completed":
          test = pointOf(event);
          confusion = Uint32Array.from(event.confusion);
          statistics = null;
          return;
        case "statistics.compared":
          statistics = comparisonOf(event);
          return;
        case "training.ended":
          ending = event.words;
          return;
        case "run.finished":
          trainMs = event.trainMs;
          return;
        default:
      }
    },
    read: (): RunRecord => ({
      history: { training, validation, test },
      trainMs,
      ending,
      confusion,
      statistics,
    }),
  };
}

function pointOf({ step, loss, accuracy }: HistoryPoint): HistoryPoint {
  return { step, loss, accuracy };
}

function comparisonOf({
  of,
  numImages,
  byMoving,
  byBatch,
  training,
}: StatisticsComparison): StatisticsComparison {
  return { of, numImages, byMoving, byBatch, training };
}
