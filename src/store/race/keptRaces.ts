/** Checkpoints of races and experiments as the page sees them, like `keptOnPage.ts` for runs. It loads with the Race tab. */
import {
  discardRun,
  EXPERIMENT,
  followKept,
  keepWhenHidden,
  warnWhenKept,
} from "../run/keptOnPage.ts";
import { holdRun } from "../runs/runLocks.ts";
import type { Playground } from "../store.ts";
import { forgetExperiment, keepExperiment } from "./keptExperiment.ts";
import { type Race, runningExperiment } from "./store.ts";

export function keepRacesOnPage(playground: Playground, race: Race, page: Window): void {
  keepWhenHidden(page, race.actions.keep);
  let release: (() => void) | undefined;
  race.store.subscribe((state, before) => {
    followKept(playground, page, state.race.run, before.race.run);
    const running = runningExperiment(state);
    const previous = runningExperiment(before);
    if (running === previous) return;
    if (running !== null) {
      warnWhenKept(playground, page, running.race.run, previous?.race.run ?? running.race.run);
      const isSameRace = running.race.run.runId === previous?.race.run.runId;
      if (isSameRace && running.arms === previous?.arms) return;
      release ??= holdRun(page.navigator.locks, EXPERIMENT);
      keepExperiment(page.localStorage, running);
      return;
    }
    forgetExperiment(page.localStorage);
    release?.();
    release = undefined;
    if (previous === null) return;
    const { id, race } = previous;
    const isFinished = state.experiments[id]?.outcome === "finished";
    if (!isFinished && race.run.runId !== null) void discardRun(race.run.runId);
  });
}
