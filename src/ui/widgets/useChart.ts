/** Manages a chart in an element for the component's lifetime: creates it and applies the page's theme. */
import { type RefObject, useEffect, useRef } from "react";
import type { Chart, PlotOptions } from "../../charts/plot.ts";
import { shownTheme } from "../../store/page/viewState.ts";
import { usePlayground } from "../PlaygroundContext.tsx";
import { useThrow } from "./useThrow.ts";

export interface ManagedChart<C extends Chart> {
  /** For the element to draw in. */
  readonly container: RefObject<HTMLDivElement | null>;
  readonly chart: RefObject<C | null>;
}

/** @param create must stay the same function while the chart is to stay. */
export function useChart<C extends Chart>(
  create: (container: HTMLElement, options: PlotOptions) => C,
): ManagedChart<C> {
  const container = useRef<HTMLDivElement>(null);
  const chart = useRef<C>(null);
  const theme = usePlayground(({ view }) => shownTheme(view));
  const firstTheme = useRef(theme);
  const throwHere = useThrow();

  useEffect(() => {
    if (container.current === null) return;
    const created = create(container.current, { theme: firstTheme.current, onError: throwHere });
    chart.current = created;
    return () => {
      chart.current = null;
      created.dispose();
    };
  }, [create, throwHere]);

  useEffect(() => {
    firstTheme.current = theme;
    chart.current?.setTheme(theme);
  }, [theme]);

  return { container, chart };
}
