/** A line chart in an element, for as long as the component stands: made, dressed in the page's theme, given its curves. */
import { type RefObject, useEffect, useRef } from "react";
import { createLineChart, type LineChart, type LineChartOptions } from "../../charts/lineChart.ts";
import type { LineSeries } from "../../charts/lineChartRows.ts";
import { shownTheme } from "../../store/page/viewState.ts";
import { usePlayground } from "../PlaygroundContext.tsx";
import { useThrow } from "./useThrow.ts";

/** What decides how the chart is made; the axis is the same object as long as it is the same axis. */
export interface LineChartLook {
  /** The figure's accessible name. */
  readonly label: string;
  readonly yFormat: "number" | "percent";
  readonly xAxis?: LineChartOptions["xAxis"];
}

/**
 * @param series the same list as long as nothing is new in it.
 * @param xEnd where the x axis ends, if that is known.
 * @returns the element to draw in.
 */
export function useLineChart(
  { label, yFormat, xAxis }: LineChartLook,
  series: readonly LineSeries[],
  xEnd: number | undefined,
): RefObject<HTMLDivElement | null> {
  const container = useRef<HTMLDivElement>(null);
  const chart = useRef<LineChart>(null);
  const theme = usePlayground(({ view }) => shownTheme(view));
  const firstTheme = useRef(theme);
  const throwHere = useThrow();

  useEffect(() => {
    if (container.current === null) return;
    const created = createLineChart(container.current, {
      label,
      theme: firstTheme.current,
      yFormat,
      onError: throwHere,
      ...(xAxis && { xAxis }),
      ...(yFormat === "percent" && { yDomain: [0, 1] as const }),
    });
    chart.current = created;
    return () => {
      chart.current = null;
      created.dispose();
    };
  }, [label, xAxis, yFormat, throwHere]);

  useEffect(() => {
    firstTheme.current = theme;
    chart.current?.setTheme(theme);
  }, [theme]);

  // After the chart was made anew for another axis, it needs its curves again: hence the axis among the reasons.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => chart.current?.update(series, xEnd), [series, xEnd, xAxis, yFormat, label]);

  return container;
}
