/** Provides the store of sweeps and its actions to the components of its card. It has no state of its own. */
import { createContext, type ReactNode, use, useMemo } from "react";
import type { Sweeps, SweepsActions, SweepsState } from "../../../../store/sweeps/store.ts";
import { createStoreHook, type Selector } from "../../../../store/useStore.ts";

interface Provided {
  readonly useSelected: Selector<SweepsState>;
  readonly actions: SweepsActions;
}

const Context = createContext<Provided | null>(null);

export function SweepsProvider(props: { readonly sweeps: Sweeps; readonly children: ReactNode }) {
  const { sweeps, children } = props;
  const provided = useMemo(
    () => ({ useSelected: createStoreHook(sweeps.store), actions: sweeps.actions }),
    [sweeps],
  );
  return <Context value={provided}>{children}</Context>;
}

export function useSweeps<T>(select: (state: SweepsState) => T): T {
  return useProvided().useSelected(select);
}

export function useSweepsActions(): SweepsActions {
  return useProvided().actions;
}

function useProvided(): Provided {
  const provided = use(Context);
  if (provided === null) throw new Error("SweepsProvider is missing above this component");
  return provided;
}
