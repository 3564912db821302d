/** The store as a React hook. A component re-renders only when the values that it selects change. */
import { type StoreApi, useStore } from "zustand";
import { useShallow } from "zustand/react/shallow";

export type Selector<S> = <T>(select: (state: S) => T) => T;

export function createStoreHook<S>(store: StoreApi<S>): Selector<S> {
  return function useSelected<T>(select: (state: S) => T): T {
    return useStore(store, select);
  };
}

/** For selectors that build a new record or list each time: the entries are compared. */
export { useShallow };
