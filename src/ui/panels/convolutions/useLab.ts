/** Connects the laboratory's state in the tab to its part of the address. The store decides what a change means. */
import { useEffect, useReducer, useRef } from "react";
import type { Kernel } from "../../../network/convolutions/factorize.ts";
import type {
  ConvolutionSettings,
  LabKey,
  LabSettings,
} from "../../../network/convolutions/labSettings.ts";
import {
  type LabState,
  labFromSearch,
  searchWithLab,
  withConvolution,
  withLabText,
  withLabValues,
} from "../../../store/convolutions/convolutionsState.ts";

export interface LabActions {
  readonly setText: (key: LabKey, text: string) => void;
  readonly setValues: (changes: Partial<LabSettings>) => void;
  readonly setConvolution: (settings: ConvolutionSettings) => void;
  readonly setKernel: (kernel: Kernel) => void;
  readonly dismissLinkProblems: () => void;
}

type Change = (state: LabState) => LabState;

/** Browsers limit how often an address may change. */
const ADDRESS_DELAY_MS = 200;

export function useLab(): readonly [LabState, LabActions] {
  const [state, change] = useReducer(
    (before: LabState, apply: Change) => apply(before),
    undefined,
    () => labFromSearch(location.search),
  );
  const actions = useRef<LabActions>(null);
  actions.current ??= {
    setText: (key, text) => change((before) => withLabText(before, key, text)),
    setValues: (changes) => change((before) => withLabValues(before, changes)),
    setConvolution: (settings) => change((before) => withConvolution(before, settings)),
    setKernel: (kernel) => change((before) => ({ ...before, kernel })),
    dismissLinkProblems: () => change((before) => ({ ...before, linkProblems: [] })),
  };

  useEffect(() => {
    const write = () => {
      const search = searchWithLab(location.search, state);
      if (search === location.search) return;
      history.replaceState(history.state, "", `${location.pathname}${search}${location.hash}`);
    };
    const timer = setTimeout(write, ADDRESS_DELAY_MS);
    return () => clearTimeout(timer);
  }, [state]);

  useEffect(() => {
    const follow = () =>
      change((before) => {
        const asked = labFromSearch(location.search);
        const same = searchWithLab("", asked) === searchWithLab("", before);
        return same ? before : asked;
      });
    addEventListener("popstate", follow);
    return () => removeEventListener("popstate", follow);
  }, []);

  return [state, actions.current];
}
