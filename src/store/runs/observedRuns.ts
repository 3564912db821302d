/**
 * Watches what trains on the page, and reports each run with its newest state: that of the playground, each lane of a race or of
 * an experiment, and that of a sweep. It stores nothing.
 */
import type { StoreApi } from "zustand/vanilla";
import type { RunHead } from "../../runs/runRecord.ts";
import { experimentById } from "../../settings/experiments/registry.ts";
import type { RaceState } from "../race/state.ts";
import type { RacePageState } from "../race/store.ts";
import { isActive } from "../run/runState.ts";
import type { PlaygroundState } from "../store.ts";
import type { SweepsState } from "../sweeps/store.ts";
import type { ObservedRun } from "./recordOf.ts";

type Report = (observed: ObservedRun) => void;
type Store<S> = Pick<StoreApi<S>, "getState" | "subscribe">;

export function watchRun(store: Store<PlaygroundState>, report: Report): void {
  const observed = ({ run, evaluation, settings }: PlaygroundState, wasReset: boolean) => ({
    run,
    recipeId: run.recipeId ?? settings.recipeId,
    kind: "run" as const,
    group: null,
    confusion: evaluation.confusion,
    test: evaluation.test,
    wasReset,
  });
  const follow = (state: PlaygroundState, before: PlaygroundState): void => {
    if (state.run === before.run && state.evaluation === before.evaluation) return;
    if (state.run.runId !== before.run.runId && isActive(before.run))
      report(observed(before, true));
    if (state.run.runId !== null) report(observed(state, false));
  };
  store.subscribe(follow);
  // This part of the page loads with the first run, which is then already under way.
  if (store.getState().run.runId !== null) report(observed(store.getState(), false));
}

/** @param currentRecipe the recipe of the controls, which the lanes of a race start from */
export function watchRaces(
  store: Store<RacePageState>,
  currentRecipe: () => string,
  report: Report,
): void {
  const recipes = new Map<string, string>();
  /** The first race of each experiment names its group, so that all of its seeds are in one. */
  const groups = new Map<string, string>();

  function recipeOf(id: string): string {
    const known = recipes.get(id) ?? currentRecipe();
    recipes.set(id, known);
    return known;
  }

  function reportLanes(
    { lanes }: RaceState,
    kind: RunHead["kind"],
    group: { readonly id: string; readonly title: string },
    wasReset: boolean,
  ): void {
    for (const { run, name, evaluation } of lanes)
      report({
        run,
        recipeId: recipeOf(group.id),
        kind,
        group: { ...group, lane: name },
        confusion: evaluation.confusion,
        test: evaluation.test,
        wasReset,
      });
  }

  function reportRace(race: RaceState, wasReset: boolean): void {
    const title = race.lanes.map(({ name }) => name).join(" against ");
    reportLanes(race, "race", { id: race.run.runId ?? "", title }, wasReset);
  }

  const follow = (state: RacePageState, before: RacePageState): void => {
    if (state.race !== before.race) {
      const isOther = state.race.run.runId !== before.race.run.runId;
      if (isOther && isActive(before.race.run)) reportRace(before.race, true);
      reportRace(state.race, false);
    }
    for (const experiment of Object.values(state.experiments)) {
      const { id, race, seed, outcome } = experiment;
      if (before.experiments[id] === experiment) continue;
      const raceId = race.run.runId ?? "";
      if (seed === 1 || !groups.has(id)) groups.set(id, raceId);
      const group = { id: groups.get(id) ?? raceId, title: experimentById(id).title };
      reportLanes(race, "experiment", group, outcome === "cancelled");
    }
  };
  store.subscribe(follow);
}

export function watchSweeps(store: Store<SweepsState>, report: Report): void {
  store.subscribe(({ current, sweeps }, before) => {
    const sweep = sweeps?.find(({ id }) => id === current?.sweepId);
    if (current === null || current === before.current || sweep === undefined) return;
    const { run, evaluation, planned } = current;
    report({
      run,
      recipeId: sweep.sweep.recipeId,
      kind: "sweep",
      group: { id: sweep.id, title: sweep.sweep.name, lane: planned.name },
      confusion: evaluation.confusion,
      test: evaluation.test,
      wasReset: false,
    });
  });
}
