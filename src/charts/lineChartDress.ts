/**
 * Restyles a line chart of tfjs-vis for the page: plain axes, no legend (the card's header names the curves and their latest
 * values), lines that differ in colour and in dashes, and real steps along the x axis.
 */

import { type AxisDomain, axisTicks } from "./axisTicks.ts";
import { type LayerSpec, type SpecChanges, sharedConfig } from "./chartDress.ts";
import type { ChartPalette } from "./chartPalette.ts";
import { type BarSides, bandNames } from "./lineChartRows.ts";

/** tfjs-vis writes each row's index in the list into this field. A series of this name overwrites it. */
export const STEP_SERIES = "x";

export interface LineStyle {
  readonly name: string;
  readonly color: string;
  /** Lengths of dashes and gaps; empty for a solid line. */
  readonly dash: readonly number[];
  /** Whether to fill the area between the columns of `bandNames`. */
  readonly band: boolean;
  /** Draws bars instead of a line, with these sides relative to the x of a point. */
  readonly bars?: BarSides | undefined;
  /** Whether to draw the points too, because a curve of one point has no line yet. */
  readonly dots: boolean;
}

/** A vertical rule with its words, where something changed. */
export interface ChartMark {
  readonly x: number;
  readonly words: string;
}

/** What the x axis shows. */
export interface XAxis {
  /** The name in the tooltip: `step`. */
  readonly title: string;
  /** d3-format of its labels. */
  readonly format: string;
}

export interface LineChartLook {
  readonly palette: ChartPalette;
  readonly fontSize: number;
  readonly lines: readonly LineStyle[];
  readonly marks: readonly ChartMark[];
  readonly xAxis: XAxis;
  readonly xDomain: AxisDomain;
  readonly yDomain: AxisDomain;
  /** d3-format of the y axis: `.0%`. */
  readonly yAxisFormat: string;
  /** d3-format of the values in the tooltip: `.1%`. */
  readonly valueFormat: string;
}

export function dressLineChart(layers: readonly LayerSpec[], look: LineChartLook): SpecChanges {
  const { palette, fontSize, lines, xAxis } = look;
  const edges = lines.flatMap(({ name, band }) => (band ? bandNames(name) : []));
  return {
    config: sharedConfig(palette, fontSize),
    // Leaves room for the outermost labels, which are centred on their ticks.
    padding: { left: 0, top: 5, right: 8, bottom: 0 },
    encoding: {
      x: {
        field: STEP_SERIES,
        type: "quantitative",
        scale: { domain: look.xDomain, nice: false },
        axis: {
          title: null,
          grid: false,
          values: axisTicks(look.xDomain, 5, xAxis.format),
          format: xAxis.format,
          labelFlush: true,
        },
      },
    },
    layer: [...(look.marks.length > 0 ? dressMarks(look) : []), ...dressLines(layers, look, edges)],
  };
}

function dressLines(
  layers: readonly LayerSpec[],
  look: LineChartLook,
  edges: readonly string[],
): LayerSpec[] {
  return layers
    .filter((layer) => ![STEP_SERIES, ...edges].some((name) => isLineOf(layer, name)))
    .flatMap((layer) => {
      const line = look.lines.find(({ name }) => isLineOf(layer, name));
      if (line === undefined) return [dressPointer(layer, look)];
      if (line.bars !== undefined) return [dressBars(layer, line, line.bars, look)];
      const dressed = dressLine(layer, line, look);
      return line.band ? [bandUnder(dressed, line), dressed] : [dressed];
    });
}

/** Draws the rules behind the curves. The words of each are cut where the chart ends, and whole in its tooltip. */
function dressMarks({ marks, palette, fontSize }: LineChartLook): LayerSpec[] {
  const data = { values: marks.map(({ x, words }) => ({ [STEP_SERIES]: x, words })) };
  const tooltip = { field: "words", type: "nominal", title: "changed" };
  return [
    {
      data,
      mark: { type: "rule", color: palette.soft, strokeDash: [3, 2], strokeWidth: 1.5 },
      encoding: { tooltip },
    },
    {
      data,
      mark: {
        ...{ type: "text", align: "left", baseline: "top", dx: 4, clip: true },
        ...{ color: palette.soft, fontSize },
      },
      encoding: { text: { field: "words", type: "nominal" }, y: { value: 2 }, tooltip },
    },
  ];
}

function dressLine(layer: LayerSpec, line: LineStyle, look: LineChartLook): LayerSpec {
  return {
    ...layer,
    // Curves have points at different steps. A row holds null for a curve without a point there.
    transform: [{ filter: `isValid(datum['${line.name}'])` }],
    mark: {
      type: "line",
      clip: true,
      color: line.color,
      strokeWidth: 1.8,
      strokeJoin: "round",
      ...(line.dash.length > 0 ? { strokeDash: line.dash } : {}),
      point: line.dots ? { color: line.color, size: 16, strokeDash: [1, 0] } : false,
    },
    encoding: {
      y: {
        ...encodingOf(layer, "y"),
        title: null,
        axis: {
          format: look.yAxisFormat,
          values: axisTicks(look.yDomain, 3, look.yAxisFormat),
          minExtent: 40,
        },
      },
    },
  };
}

/** Derives bars from the layer of a line. A rectangle has four given sides, so Vega need not guess a bar's direction. */
function dressBars(layer: LayerSpec, line: LineStyle, sides: BarSides, look: LineChartLook) {
  const dressed = dressLine(layer, line, look);
  const side = (by: number, as: string) => ({ calculate: `datum.${STEP_SERIES} + (${by})`, as });
  const filters = Array.isArray(dressed.transform) ? dressed.transform : [];
  return {
    ...dressed,
    transform: [
      ...filters,
      ...[
        side(sides.from, "bar from"),
        side(sides.to, "bar to"),
        { calculate: "0", as: "bar bottom" },
      ],
    ],
    mark: { type: "rect", clip: true, color: line.color, tooltip: null },
    encoding: {
      ...(isRecord(dressed.encoding) ? dressed.encoding : {}),
      x: { field: "bar from", type: "quantitative" },
      x2: { field: "bar to" },
      y2: { field: "bar bottom" },
    },
  };
}

/** Derives the layer of a curve's band from the layer of its line. */
function bandUnder(layer: LayerSpec, { name, color }: LineStyle): LayerSpec {
  const [low, high] = bandNames(name);
  return {
    transform: [{ filter: `isValid(datum['${low}']) && isValid(datum['${high}'])` }],
    mark: { type: "area", clip: true, color, opacity: 0.16 },
    encoding: { y: { ...encodingOf(layer, "y"), field: low }, y2: { field: high } },
  };
}

/** Restyles tfjs-vis' last layer: a vertical line at the step under the pointer, with the values there. */
function dressPointer(
  layer: LayerSpec,
  { palette, lines, xAxis, valueFormat }: LineChartLook,
): LayerSpec {
  return {
    ...layer,
    transform: lines.map(({ name }) => ({
      calculate: `isValid(datum['${name}']) ? format(datum['${name}'], '${valueFormat}') : '–'`,
      as: `${name} text`,
    })),
    selection: {
      hover: { type: "single", on: "mouseover", nearest: true, clear: "mouseout", empty: "none" },
    },
    encoding: {
      color: { condition: { selection: "hover", value: palette.faint }, value: "transparent" },
      tooltip: [
        { field: STEP_SERIES, type: "quantitative", title: xAxis.title, format: xAxis.format },
        ...lines.map(({ name }) => ({ field: `${name} text`, type: "nominal", title: name })),
      ],
    },
  };
}

function isLineOf(layer: LayerSpec, name: string): boolean {
  return encodingOf(layer, "y").field === name;
}

function encodingOf(layer: LayerSpec, channel: string): Readonly<Record<string, unknown>> {
  const encoding = layer.encoding;
  if (!isRecord(encoding)) return {};
  const value = encoding[channel];
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
