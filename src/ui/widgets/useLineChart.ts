/** Manages a line chart in an element for the component's lifetime, and passes the curves to it. */
import { type RefObject, useCallback, useEffect } from "react";
import { createLineChart, type LineChartOptions } from "../../charts/lineChart.ts";
import type { ChartMark } from "../../charts/lineChartDress.ts";
import type { LineSeries } from "../../charts/lineChartRows.ts";
import type { PlotOptions } from "../../charts/plot.ts";
import { useChart } from "./useChart.ts";

const NO_MARKS: readonly ChartMark[] = [];

/** The options that determine how the chart is created. `xAxis` must stay the same object while the axis is the same. */
export interface LineChartLook {
  /** The figure's accessible name. */
  readonly label: string;
  readonly yFormat: NonNullable<LineChartOptions["yFormat"]>;
  readonly xAxis?: LineChartOptions["xAxis"];
}

/**
 * @param series the same list object as long as it has not changed.
 * @param xEnd where the x axis ends, if that is known.
 * @param words the text alternative. Default: the last value of each curve.
 * @param marks the same list object as long as it has not changed.
 * @returns a ref for the element to draw in.
 */
export function useLineChart(
  { label, yFormat, xAxis }: LineChartLook,
  series: readonly LineSeries[],
  xEnd: number | undefined,
  words?: string,
  marks: readonly ChartMark[] = NO_MARKS,
): RefObject<HTMLDivElement | null> {
  const create = useCallback(
    (element: HTMLElement, options: PlotOptions) =>
      createLineChart(element, {
        ...options,
        label,
        yFormat,
        ...(xAxis && { xAxis }),
        ...(yFormat === "percent" && { yDomain: [0, 1] as const }),
      }),
    [label, xAxis, yFormat],
  );
  const { container, chart } = useChart(create);

  // A chart that was recreated for another axis needs its curves again, so the axis is among the dependencies.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(
    () => chart.current?.update(series, xEnd, words, marks),
    [series, xEnd, words, marks, xAxis, yFormat, label],
  );

  return container;
}
