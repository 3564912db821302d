/** Hands the store and its actions to the components below. Holds no state of its own. */
import { createContext, type ReactNode, use, useMemo } from "react";
import type { Race } from "../store/race/store.ts";
import type { Playground, PlaygroundActions, PlaygroundState } from "../store/store.ts";
import { createStoreHook, type Selector, useShallow } from "../store/useStore.ts";

interface Provided {
  readonly useSelected: Selector<PlaygroundState>;
  readonly actions: PlaygroundActions;
  readonly currentLink: () => string;
  readonly loadRace: () => Promise<Race>;
}

const Context = createContext<Provided | null>(null);

export function PlaygroundProvider(props: {
  readonly playground: Playground;
  /** The whole address for the settings as they are. */
  readonly currentLink: () => string;
  /** The store of the Race tab, loaded when it is asked for first; the same promise ever after. */
  readonly loadRace: () => Promise<Race>;
  readonly children: ReactNode;
}) {
  const { playground, currentLink, loadRace, children } = props;
  const provided = useMemo(
    () => ({
      useSelected: createStoreHook(playground.store),
      actions: playground.actions,
      currentLink,
      loadRace,
    }),
    [playground, currentLink, loadRace],
  );
  return <Context value={provided}>{children}</Context>;
}

/** What `select` takes from the state; the component renders anew when that changes. */
export function usePlayground<T>(select: (state: PlaygroundState) => T): T {
  return useProvided().useSelected(select);
}

/** Like `usePlayground`, for selectors that build a new record each time: compared entry by entry. */
export function usePlaygroundRecord<T>(select: (state: PlaygroundState) => T): T {
  return useProvided().useSelected(useShallow(select));
}

export function useActions(): PlaygroundActions {
  return useProvided().actions;
}

export function useCurrentLink(): () => string {
  return useProvided().currentLink;
}

/** How to get at the store of the Race tab. */
export function useLoadRace(): () => Promise<Race> {
  return useProvided().loadRace;
}

function useProvided(): Provided {
  const provided = use(Context);
  if (provided === null) throw new Error("PlaygroundProvider is missing above this component");
  return provided;
}
