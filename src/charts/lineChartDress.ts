/**
 * How a line chart of tfjs-vis is dressed for the page: quiet axes, no legend (the card's header names the
 * curves and their latest values), lines told apart by colour and by dashes, true steps along the x axis.
 */

import { type AxisDomain, axisTicks } from "./axisTicks.ts";
import { type LayerSpec, type SpecChanges, sharedConfig } from "./chartDress.ts";
import type { ChartPalette } from "./chartPalette.ts";
import { bandNames } from "./lineChartRows.ts";

/** tfjs-vis writes each row's place in the list into this field; a series of this name overwrites it. */
export const STEP_SERIES = "x";

export interface LineStyle {
  readonly name: string;
  readonly color: string;
  /** Lengths of dashes and gaps; none for a solid line. */
  readonly dash: readonly number[];
  /** An area between the columns that `bandNames` tells. */
  readonly band: boolean;
  /** The raw values behind their own trend. */
  readonly faint: boolean;
  /** Draw the points too: a curve of one point is no line yet. */
  readonly dots: boolean;
}

/** What runs along the x axis. */
export interface XAxis {
  /** As the tooltip names it: `step`. */
  readonly title: string;
  /** d3-format of its labels. */
  readonly format: string;
}

export interface LineChartLook {
  readonly palette: ChartPalette;
  readonly fontSize: number;
  readonly lines: readonly LineStyle[];
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
    // Room for the outermost labels, which are centred on their ticks.
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
    layer: layers
      .filter((layer) => ![STEP_SERIES, ...edges].some((name) => isLineOf(layer, name)))
      .flatMap((layer) => {
        const line = lines.find(({ name }) => isLineOf(layer, name));
        if (line === undefined) return [dressPointer(layer, look)];
        const dressed = dressLine(layer, line, look);
        return line.band ? [bandUnder(dressed, line), dressed] : [dressed];
      }),
  };
}

function dressLine(layer: LayerSpec, line: LineStyle, look: LineChartLook): LayerSpec {
  return {
    ...layer,
    // Curves have points at different steps: a row holds null where a curve has none.
    transform: [{ filter: `isValid(datum['${line.name}'])` }],
    mark: {
      type: "line",
      clip: true,
      color: line.color,
      opacity: line.faint ? 0.3 : 1,
      strokeWidth: line.faint ? 1 : 1.8,
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

/** The band of a curve, from the layer of its line. */
function bandUnder(layer: LayerSpec, { name, color }: LineStyle): LayerSpec {
  const [low, high] = bandNames(name);
  return {
    transform: [{ filter: `isValid(datum['${low}']) && isValid(datum['${high}'])` }],
    mark: { type: "area", clip: true, color, opacity: 0.16 },
    encoding: { y: { ...encodingOf(layer, "y"), field: low }, y2: { field: high } },
  };
}

/** tfjs-vis' last layer: an upright line at the step under the pointer, with the values there. */
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
