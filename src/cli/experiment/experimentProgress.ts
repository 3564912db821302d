/** Shows the progress of an experiment in the terminal: one bar for each seed, over the steps of all arms. */
import cliProgress from "cli-progress";
import { formatPercent } from "../../core/units.ts";
import type { WorkerEvent } from "../../protocol/events.ts";
import type { Arm } from "../../settings/experiments/experiment.ts";

const LINE_EVERY_MS = 5000;

export interface ExperimentProgress {
  show(event: WorkerEvent, seed: number, arms: readonly Arm[]): void;
  /** Removes the bar. This must be the last call. */
  stop(): void;
}

export function createExperimentProgress(
  numSeeds: number,
  say: (line: string) => void,
): ExperimentProgress {
  let bar: cliProgress.SingleBar | undefined;
  let seedShown = 0;
  let totalSteps = 0;
  const steps = new Map<string, number>();
  const stop = () => {
    bar?.stop();
    bar = undefined;
  };
  const begin = (seed: number, numArms: number) => {
    stop();
    steps.clear();
    seedShown = seed;
    bar = new cliProgress.SingleBar({
      format: `Seed ${seed} of ${numSeeds} {bar} {value}/{total} steps {words}`,
      hideCursor: true,
      noTTYOutput: true,
      notTTYSchedule: LINE_EVERY_MS,
      barsize: 24,
    });
    bar.start(totalSteps * numArms, 0, { words: "" });
  };
  const show = (event: WorkerEvent, seed: number, arms: readonly Arm[]) => {
    if (event.type === "data.opened" && seed === 1)
      say(`${event.dataSet.title}. ${event.dataSet.fallbackReason}`.trim());
    if (event.type === "run.prepared") totalSteps = event.totalSteps;
    if (event.type === "run.phaseChanged" && event.phase === "training" && seed !== seedShown)
      begin(seed, arms.length);
    const arm = arms.find(({ id }) => "runId" in event && event.runId === id);
    if (arm === undefined) return;
    if (event.type === "engine.chosen" && seed === 1 && arm === arms[0])
      say(`${event.label} (${event.device}).`);
    if (event.type === "step.completed") {
      steps.set(arm.id, event.step);
      bar?.update([...steps.values()].reduce((sum, step) => sum + step, 0));
    }
    if (event.type === "validation.completed")
      bar?.update({ words: `${arm.name}: validation ${formatPercent(event.accuracy)}` });
    if (event.type === "run.failed") say(`${arm.name}, seed ${seed}: ${event.error.message}`);
  };
  return { show, stop };
}
