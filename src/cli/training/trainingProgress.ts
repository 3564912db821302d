/**
 * Shows a run's progress in the terminal: notes as lines, steps and test as a progress bar. Everything goes to stderr. When
 * that is not a terminal, it prints a line every few seconds.
 */
import cliProgress from "cli-progress";
import { formatBytes, formatCount, formatPercent, formatRemaining } from "../../core/units.ts";
import type { WorkerEvent, WorkerEventOf } from "../../protocol/events.ts";

const LINE_EVERY_MS = 5000;

export interface TrainingProgress {
  show(event: WorkerEvent): void;
  /** Removes the bar. This must be the last call. */
  stop(): void;
}

export function createTrainingProgress(say: (line: string) => void): TrainingProgress {
  let bar: cliProgress.SingleBar | undefined;
  let totalSteps = 0;
  let numTest = 0;
  let validation = "";
  const stop = () => {
    bar?.stop();
    bar = undefined;
  };
  const start = (title: string, total: number) => {
    stop();
    bar = new cliProgress.SingleBar({
      format: `${title} {bar} {value}/{total} {words}`,
      hideCursor: true,
      noTTYOutput: true,
      notTTYSchedule: LINE_EVERY_MS,
      barsize: 24,
    });
    bar.start(total, 0, { words: "" });
  };
  const show = (event: WorkerEvent) => {
    switch (event.type) {
      case "checkpoint.failed":
        stop();
        say(event.error.message);
        return;
      case "data.opened":
        numTest = event.dataSet.numTest;
        say(
          `${event.dataSet.title}, ${formatBytes(event.dataSet.sizeBytes)}. ${event.dataSet.fallbackReason}`.trim(),
        );
        return;
      case "run.prepared":
        totalSteps = event.totalSteps;
        for (const note of event.notes) say(note);
        return;
      case "engine.chosen":
        for (const { backend, reason } of event.fallbacks) say(`Not ${backend}: ${reason}.`);
        say(`${event.label} (${event.device}). ${event.reason}`);
        return;
      case "run.phaseChanged":
        if (event.phase === "training") start("Training", totalSteps);
        if (event.phase === "testing") start("Testing ", numTest);
        return;
      case "step.completed":
        bar?.update(event.step, { words: `${wordsOf(event)}${validation}` });
        return;
      case "test.progressed":
        bar?.update(event.numImages, { words: "images" });
        return;
      case "validation.completed":
        validation = `, validation ${formatPercent(event.accuracy)} of ${formatCount(event.numImages)} images`;
        return;
      default:
    }
  };
  return { show, stop };
}

/** Leaves out what is unknown or over. */
function wordsOf({ points, remainingMs }: WorkerEventOf<"step.completed">): string {
  const point = points.at(-1);
  const left = formatRemaining(remainingMs);
  return [
    ...(point === undefined
      ? []
      : [`loss ${point.loss.toFixed(3)}`, `accuracy ${formatPercent(point.accuracy)}`]),
    ...(left === null ? [] : [`${left} left`]),
  ].join(", ");
}
