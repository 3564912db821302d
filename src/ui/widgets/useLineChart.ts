/**
 * Manages a line chart in an element for the component's lifetime: creates it, applies the page's theme and passes the curves.
 */
import { type RefObject, useEffect, useRef } from "react";
import { createLineChart, type LineChart, type LineChartOptions } from "../../charts/lineChart.ts";
import type { LineSeries } from "../../charts/lineChartRows.ts";
import { shownTheme } from "../../store/page/viewState.ts";
import { usePlayground } from "../PlaygroundContext.tsx";
import { useThrow } from "./useThrow.ts";

/** The options that determine how the chart is created. `xAxis` must stay the same object while the axis is the same. */
export interface LineChartLook {
  /** The figure's accessible name. */
  readonly label: string;
  readonly yFormat: "number" | "percent";
  readonly xAxis?: LineChartOptions["xAxis"];
}

/**
 * @param series the same list object as long as it has not changed.
 * @param xEnd where the x axis ends, if that is known.
 * @returns a ref for the element to draw in.
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

  // A chart that was recreated for another axis needs its curves again, so the axis is among the dependencies.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => chart.current?.update(series, xEnd), [series, xEnd, xAxis, yFormat, label]);

  return container;
}
