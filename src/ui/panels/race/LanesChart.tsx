/** Curves of several networks in one picture, by the chart adapter. */
import { useEffect, useRef } from "react";
import {
  createLineChart,
  type LineChart,
  type LineChartOptions,
} from "../../../charts/lineChart.ts";
import type { LineSeries } from "../../../charts/lineChartRows.ts";
import { shownTheme } from "../../../store/viewState.ts";
import { usePlayground } from "../../PlaygroundContext.tsx";

export interface LanesChartProps {
  /** The figure's accessible name. */
  readonly label: string;
  readonly series: readonly LineSeries[];
  readonly yFormat: "number" | "percent";
  /** The same object as long as the axis is the same. */
  readonly xAxis: NonNullable<LineChartOptions["xAxis"]>;
  /** Where the x axis ends, if that is known. */
  readonly xEnd?: number | undefined;
  /** In place of curves that are not there yet. */
  readonly emptyWords: string;
}

export function LanesChart(props: LanesChartProps) {
  const { label, series, yFormat, xAxis, xEnd, emptyWords } = props;
  const container = useRef<HTMLDivElement>(null);
  const chart = useRef<LineChart>(null);
  const theme = usePlayground(({ view }) => shownTheme(view));
  const firstTheme = useRef(theme);

  useEffect(() => {
    if (container.current === null) return;
    const created = createLineChart(container.current, {
      label,
      theme: firstTheme.current,
      xAxis,
      yFormat,
      ...(yFormat === "percent" ? { yDomain: [0, 1] as const } : {}),
    });
    chart.current = created;
    return () => {
      chart.current = null;
      created.dispose();
    };
  }, [label, xAxis, yFormat]);

  useEffect(() => {
    firstTheme.current = theme;
    chart.current?.setTheme(theme);
  }, [theme]);

  // After the chart was made anew for another axis, it needs its curves again: hence the axis among the reasons.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => chart.current?.update(series, xEnd), [series, xEnd, xAxis, yFormat, label]);

  return (
    <div className="chart-frame race-chart">
      <div ref={container} />
      {series.every(({ points }) => points.length === 0) && (
        <p className="empty-words">{emptyWords}</p>
      )}
    </div>
  );
}
