/** Provides the store and its actions to the components below. It has no state of its own. */
import { createContext, type ReactNode, use, useMemo } from "react";
import type { Once } from "../core/once.ts";
import type { Race } from "../store/race/store.ts";
import type { Runs } from "../store/runs/store.ts";
import type { Playground, PlaygroundActions, PlaygroundState } from "../store/store.ts";
import { createStoreHook, type Selector, useShallow } from "../store/useStore.ts";

interface Provided {
  readonly useSelected: Selector<PlaygroundState>;
  readonly actions: PlaygroundActions;
  readonly loadRace: Once<Race>;
  readonly loadRuns: Once<Runs>;
}

const Context = createContext<Provided | null>(null);

export function PlaygroundProvider(props: {
  readonly playground: Playground;
  /** Loads the store of the Race tab. */
  readonly loadRace: Once<Race>;
  /** Loads the store of recorded runs. */
  readonly loadRuns: Once<Runs>;
  readonly children: ReactNode;
}) {
  const { playground, loadRace, loadRuns, children } = props;
  const provided = useMemo(
    () => ({
      useSelected: createStoreHook(playground.store),
      actions: playground.actions,
      loadRace,
      loadRuns,
    }),
    [playground, loadRace, loadRuns],
  );
  return <Context value={provided}>{children}</Context>;
}

/** Selects from the state; the component re-renders when the selected value changes. */
export function usePlayground<T>(select: (state: PlaygroundState) => T): T {
  return useProvided().useSelected(select);
}

/** Like `usePlayground`, for selectors that build a new record each time: the entries are compared. */
export function usePlaygroundRecord<T>(select: (state: PlaygroundState) => T): T {
  return useProvided().useSelected(useShallow(select));
}

export function useActions(): PlaygroundActions {
  return useProvided().actions;
}

/** Returns the loader of the Race tab's store. */
export function useLoadRace(): Once<Race> {
  return useProvided().loadRace;
}

/** Returns the loader of the store of recorded runs. */
export function useLoadRuns(): Once<Runs> {
  return useProvided().loadRuns;
}

function useProvided(): Provided {
  const provided = use(Context);
  if (provided === null) throw new Error("PlaygroundProvider is missing above this component");
  return provided;
}
