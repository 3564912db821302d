/** Provides the store of recorded runs and its actions to the components of the tab. It has no state of its own. */
import { createContext, type ReactNode, use, useMemo } from "react";
import type { ReopenedRun, ReopenedState } from "../../../store/runs/reopenedRun.ts";
import type { Runs, RunsActions, RunsState } from "../../../store/runs/store.ts";
import { createStoreHook, type Selector } from "../../../store/useStore.ts";

interface Provided {
  readonly useSelected: Selector<RunsState>;
  readonly actions: RunsActions;
  readonly useReopened: Selector<ReopenedState>;
  readonly reopened: ReopenedRun;
  readonly loadSweeps: Runs["loadSweeps"];
}

const Context = createContext<Provided | null>(null);

export function RunsProvider(props: { readonly runs: Runs; readonly children: ReactNode }) {
  const { runs, children } = props;
  const provided = useMemo(
    () => ({
      useSelected: createStoreHook(runs.store),
      actions: runs.actions,
      useReopened: createStoreHook(runs.reopened.store),
      reopened: runs.reopened,
      loadSweeps: runs.loadSweeps,
    }),
    [runs],
  );
  return <Context value={provided}>{children}</Context>;
}

/** Selects from the state; the component re-renders when the selected value changes. */
export function useRuns<T>(select: (state: RunsState) => T): T {
  return useProvided().useSelected(select);
}

export function useRunsActions(): RunsActions {
  return useProvided().actions;
}

/** Selects from the state of the run that was opened to look at it. */
export function useReopened<T>(select: (state: ReopenedState) => T): T {
  return useProvided().useReopened(select);
}

export function useReopenedRun(): ReopenedRun {
  return useProvided().reopened;
}

/** Returns the loader of the store of sweeps. */
export function useLoadSweeps(): Runs["loadSweeps"] {
  return useProvided().loadSweeps;
}

function useProvided(): Provided {
  const provided = use(Context);
  if (provided === null) throw new Error("RunsProvider is missing above this component");
  return provided;
}
