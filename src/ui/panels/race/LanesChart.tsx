/** Curves of several networks in one picture, by the chart adapter. */
import type { LineSeries } from "../../../charts/lineChartRows.ts";
import { type LineChartLook, useLineChart } from "../../widgets/useLineChart.ts";

export interface LanesChartProps extends LineChartLook {
  readonly series: readonly LineSeries[];
  /** Where the x axis ends, if that is known. */
  readonly xEnd?: number | undefined;
  /** In place of curves that are not there yet. */
  readonly emptyWords: string;
}

export function LanesChart({ series, xEnd, emptyWords, ...look }: LanesChartProps) {
  const container = useLineChart(look, series, xEnd);
  return (
    <div className="chart-frame race-chart">
      <div ref={container} />
      {series.every(({ points }) => points.length === 0) && (
        <p className="empty-words">{emptyWords}</p>
      )}
    </div>
  );
}
