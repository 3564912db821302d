/** Goes on with a run, a race, an experiment or a sweep from its checkpoint, in the tab of the page that it belongs to. */
import { DEFAULT_TAB } from "../../store/page/viewState.ts";
import type { Interrupted } from "../../store/run/interrupted.ts";
import { useActions, useLoadRace, useLoadRuns } from "../PlaygroundContext.tsx";

/** The returned function takes it from a tab that does not answer when `takesOver` is true. */
export function useGoOn(): (what: Interrupted, takesOver?: boolean) => void {
  const actions = useActions();
  const loadRace = useLoadRace();
  const loadRuns = useLoadRuns();
  return (what, takesOver) => {
    switch (what.kind) {
      case "run":
        actions.setView({ tab: DEFAULT_TAB });
        actions.goOnWith(what.checkpoint, takesOver);
        return;
      case "race":
        actions.setView({ tab: "race" });
        void loadRace().then((race) => race.actions.goOnWith(what.checkpoint, takesOver));
        return;
      case "experiment":
        actions.setView({ tab: "race" });
        void loadRace().then((race) => race.actions.goOnWithExperiment(what, takesOver));
        return;
      case "sweep":
        actions.setView({ tab: "runs" });
        void loadRuns()
          .then((runs) => runs.loadSweeps())
          .then((sweeps) => sweeps.actions.goOn(what.id, takesOver));
    }
  };
}
