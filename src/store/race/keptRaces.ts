/** Checkpoints of races and experiments as the page sees them, like `keptOnPage.ts` for runs. It loads with the Race tab. */
import {
  discardRun,
  followKept,
  keepWhenHidden,
  offerExperiment,
  offerFailed,
  warnWhenKept,
} from "../run/keptOnPage.ts";
import { EXPERIMENT, holdRun } from "../runs/runLocks.ts";
import type { Playground } from "../store.ts";
import { experimentPlace } from "./experimentPlace.ts";
import { forgetExperiment, keepExperiment } from "./keptExperiment.ts";
import { type Race, runningExperiment } from "./store.ts";

export function keepRacesOnPage(playground: Playground, race: Race, page: Window): void {
  keepWhenHidden(page, race.actions.keep);
  let release: (() => void) | undefined;
  race.store.subscribe((state, before) => {
    const { run } = state.race;
    followKept(playground, page, run, before.race.run);
    if (run.outcome === "failed" && before.race.run.outcome !== "failed")
      void offerFailed(playground, run, () => race.store.getState().race.run).catch(() => {});
    const running = runningExperiment(state);
    const previous = runningExperiment(before);
    if (running === previous) return;
    if (running !== null) {
      warnWhenKept(playground, page, running.race.run, previous?.race.run ?? running.race.run);
      const isSameRace = running.race.run.runId === previous?.race.run.runId;
      if (isSameRace && running.arms === previous?.arms) return;
      release ??= holdRun(page.navigator.locks, EXPERIMENT);
      void keepExperiment(experimentPlace, running);
      return;
    }
    release?.();
    release = undefined;
    if (previous === null) return;
    const outcome = state.experiments[previous.id]?.outcome;
    if (outcome === "failed") {
      void offerExperiment(playground).catch(() => {});
      return;
    }
    // Another tab reads there what it goes on with.
    if (outcome === "takenOver") return;
    void forgetExperiment(experimentPlace);
    const { runId } = previous.race.run;
    if (outcome !== "finished" && runId !== null) void discardRun(runId);
  });
}
