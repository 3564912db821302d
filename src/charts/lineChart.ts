/**
 * A live line chart by tfjs-vis: loss or accuracy over the training steps. It decides when to draw and how many points to pass
 * on, and it sets the text alternative. The caller keeps the history.
 */

import type { CurveAccent } from "../core/curves.ts";
import { layDress, undress, wornView } from "./chartDress.ts";
import type { ChartPalette } from "./chartPalette.ts";
import {
  type ChartMark,
  dressLineChart,
  type LineStyle,
  STEP_SERIES,
  type XAxis,
} from "./lineChartDress.ts";
import { bandNames, type LineSeries, lineChartRows, yDomainOf } from "./lineChartRows.ts";
import { type Chart, createPlot, type PlotOptions } from "./plot.ts";
import { loadLineChart } from "./tfjsVis.ts";
import "./charts.css";

export interface LineChartOptions extends PlotOptions {
  /** The chart's accessible name: `Loss`. */
  readonly label: string;
  /** Without it the axis runs from zero to a round number above the highest point. */
  readonly yDomain?: readonly [number, number];
  /** `percent` for shares in `[0, 1]`, `count` for whole numbers. Default: plain numbers. */
  readonly yFormat?: "number" | "percent" | "count";
  /** What the x axis shows, and how a position on it reads in words. Default: training steps. */
  readonly xAxis?: XAxis & { readonly words: (x: number) => string };
  /** In CSS pixels. Default: 11. */
  readonly fontSize?: number;
}

export interface LineChart extends Chart {
  /**
   * Shows these curves, each with the colour and the dashes of its accent; the first is painted first. May be called for every
   * step; it draws at most twice a second and never on a hidden page.
   *
   * @param xEnd where the x axis ends: the run's planned steps. Default: the last point.
   * @param words the text alternative. Default: the last value of each curve, and the marks.
   * @param marks vertical rules with words.
   */
  update(
    series: readonly LineSeries[],
    xEnd?: number,
    words?: string,
    marks?: readonly ChartMark[],
  ): void;
}

const STEPS = {
  title: "step",
  format: ",d",
  words: (x: number) => `step ${x}`,
} as const;
const DASHES: Readonly<Record<CurveAccent, readonly number[]>> = {
  separable: [],
  ordinary: [5, 3],
  third: [2, 2],
  fourth: [8, 3, 2, 3],
};

const Y_FORMATS = {
  number: { yAxisFormat: "~g", valueFormat: ".3f" },
  percent: { yAxisFormat: ".0%", valueFormat: ".1%" },
  count: { yAxisFormat: ",d", valueFormat: ",d" },
} as const;

/** Curves with fewer points than this are drawn with dots. */
const DOTS_UP_TO = 12;

/**
 * Draws into `container`, which becomes an `img` with the label as its name. The container's height is the chart's and must
 * come from CSS (`.chart` gives 132 px).
 */
export function createLineChart(container: HTMLElement, options: LineChartOptions): LineChart {
  const { label, yFormat = "number", xAxis = STEPS, fontSize = 11 } = options;
  let series: readonly LineSeries[] = [];
  let xEnd: number | undefined;
  let marks: readonly ChartMark[] = [];

  const description = document.createElement("span");
  description.className = "chart-description";
  description.id = `chart-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
  container.setAttribute("role", "img");
  container.setAttribute("aria-label", label);
  container.setAttribute("aria-describedby", description.id);
  const plot = createPlot(container, options, draw);
  const { element } = plot;
  container.replaceChildren(element, description);

  async function draw(palette: ChartPalette, isDisposed: () => boolean): Promise<void> {
    const columns = series.flatMap((one) => [one, ...edgesOf(one)]);
    const rows = lineChartRows(columns);
    const { steps, values } = rows;
    if (steps.length === 0) {
      undress(element);
      return;
    }
    const lines = series.map(({ name, points, band, bars, accent }, index): LineStyle => {
      const drawnAs = accent ?? (index > 0 ? "ordinary" : "separable");
      return {
        ...{ name, bars },
        color: palette[drawnAs],
        dash: DASHES[drawnAs],
        band: band !== undefined,
        dots: points.length <= DOTS_UP_TO,
      };
    });
    const yDomain = options.yDomain ?? yDomainOf(rows);
    const xDomain = [0, Math.max(xEnd ?? 0, steps.at(-1) ?? 0) || 1] as const;
    layDress(element, (layers) =>
      dressLineChart(layers, {
        palette,
        fontSize,
        lines,
        marks,
        xAxis,
        xDomain,
        yDomain,
        ...Y_FORMATS[yFormat],
      }),
    );
    const linechart = await loadLineChart();
    if (isDisposed()) return;
    await linechart(
      element,
      {
        series: [STEP_SERIES, ...columns.map(({ name }) => name)],
        values: [steps, ...values].map((column) =>
          // tfjs-vis copies `y` unchanged, so a missing value reaches the row and the line's filter drops it.
          column.map((y, row) => ({ x: row, y: y ?? Number.NaN })),
        ),
      },
      {
        width: element.clientWidth,
        height: element.clientHeight,
        yAxisDomain: [yDomain[0], yDomain[1]],
        fontSize,
      },
    );
    wornView(element);
  }

  return {
    update(newSeries, newXEnd, words, newMarks = []) {
      series = newSeries;
      xEnd = newXEnd;
      marks = newMarks;
      const marked = marks.map((mark) => `; ${mark.words} from ${xAxis.words(mark.x)} on`).join("");
      description.textContent = words ?? describe(series, yFormat, xAxis.words) + marked;
      plot.request();
    },
    setTheme: plot.setTheme,
    dispose: plot.dispose,
  };
}

/** Returns the edges of a curve's band as separate curves, which are not drawn as lines. */
function edgesOf({ name, band }: LineSeries): readonly LineSeries[] {
  if (band === undefined) return [];
  const [low, high] = bandNames(name);
  return [
    { name: low, points: band.low },
    { name: high, points: band.high },
  ];
}

/** Writes the text alternative: `training 0.41 at step 978; validation 0.44 at step 940` */
function describe(
  series: readonly LineSeries[],
  yFormat: keyof typeof Y_FORMATS,
  xWords: (x: number) => string,
): string {
  const parts = series.flatMap(({ name, points }) => {
    const last = points.at(-1);
    if (last === undefined) return [];
    const value = yFormat === "percent" ? `${(last.y * 100).toFixed(1)} %` : last.y.toFixed(3);
    return [`${name} ${value} at ${xWords(last.x)}`];
  });
  return parts.length === 0 ? "No points yet" : parts.join("; ");
}
