/** Provides the store of the race and its actions to the components of the tab. It has no state of its own. */
import { createContext, type ReactNode, use, useMemo } from "react";
import type { Race, RaceActions, RacePageState } from "../../../store/race/store.ts";
import { createStoreHook, type Selector } from "../../../store/useStore.ts";

interface Provided {
  readonly useSelected: Selector<RacePageState>;
  readonly actions: RaceActions;
}

const Context = createContext<Provided | null>(null);

export function RaceProvider(props: { readonly race: Race; readonly children: ReactNode }) {
  const { race, children } = props;
  const provided = useMemo(
    () => ({ useSelected: createStoreHook(race.store), actions: race.actions }),
    [race],
  );
  return <Context value={provided}>{children}</Context>;
}

/** Selects from the state; the component re-renders when the selected value changes. */
export function useRace<T>(select: (state: RacePageState) => T): T {
  return useProvided().useSelected(select);
}

export function useRaceActions(): RaceActions {
  return useProvided().actions;
}

function useProvided(): Provided {
  const provided = use(Context);
  if (provided === null) throw new Error("RaceProvider is missing above this component");
  return provided;
}
