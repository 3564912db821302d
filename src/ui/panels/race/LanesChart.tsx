/** Draws curves of several networks in one chart, with the chart adapter. */
import type { LineSeries } from "../../../charts/lineChartRows.ts";
import { type LineChartLook, useLineChart } from "../../widgets/useLineChart.ts";

export interface LanesChartProps extends LineChartLook {
  readonly series: readonly LineSeries[];
  /** Where the x axis ends, if that is known. */
  readonly xEnd?: number | undefined;
  /** Shown while there are no curves yet. */
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
