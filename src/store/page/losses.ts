/**
 * Lists what a person would lose when the page is closed or reloaded: what they made or wait for. Pure functions, and the only
 * definition of it. Settings are not lost, because the address holds them.
 */
import type { RacePageState } from "../race/store.ts";
import { isActive, type RunState } from "../run/runState.ts";
import type { PlaygroundState } from "../store.ts";

export type Loss = "run" | "measurement" | "files" | "race" | "experiment";

/** @param race the state of the Race tab, when that has been opened. */
export function wouldLose(
  state: Pick<PlaygroundState, "run" | "measurements" | "ownData" | "savedModel">,
  race?: Pick<RacePageState, "race" | "experiments">,
): readonly Loss[] {
  const { run, measurements, ownData, savedModel } = state;
  const isSaved = savedModel !== null && savedModel.runId === run.runId;
  const isRunSaved = isSaved && savedModel.step === (run.progress?.step ?? 0);
  const losses: Readonly<Record<Loss, boolean>> = {
    run: hasResult(run) && !(isRunSaved && !isActive(run)),
    measurement: measurements.pending !== null,
    files: ownData.reading !== null || Object.keys(ownData.chosen).length > 0,
    race:
      race !== undefined &&
      race.race.run.outcome !== "takenOver" &&
      (isActive(race.race.run) || race.race.lanes.some(hasSteps)),
    experiment:
      race !== undefined &&
      Object.values(race.experiments).some(
        ({ outcome, arms }) =>
          outcome === null ||
          (outcome !== "takenOver" && arms.some(({ seeds }) => seeds.length > 0)),
      ),
  };
  return LOSSES.filter((loss) => losses[loss]);
}

const LOSSES: readonly Loss[] = ["run", "measurement", "files", "race", "experiment"];

/** A run that failed before its first step has no result. */
function hasResult(run: RunState): boolean {
  return isActive(run) || (run.outcome !== "takenOver" && hasSteps({ run }));
}

function hasSteps({ run }: { readonly run: RunState }): boolean {
  return run.training.length > 0;
}
