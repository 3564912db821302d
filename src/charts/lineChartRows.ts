/** Merges curves with points at different steps into the one table of rows that tfjs-vis draws from. Pure functions. */
import type { CurveAccent } from "../core/curves.ts";
import { downsample, type Point } from "./downsample.ts";

export interface BarSides {
  readonly from: number;
  readonly to: number;
}

export interface LineSeries {
  /** The name in the tooltip: `training`. Letters, digits and spaces; all series of a chart have different names. */
  readonly name: string;
  /** In ascending `x`. */
  readonly points: readonly Point[];
  /** Default: the chart's first curve is separable and the others are ordinary. */
  readonly accent?: CurveAccent;
  /** The edges of a band around the curve, at their own x positions. */
  readonly band?: { readonly low: readonly Point[]; readonly high: readonly Point[] };
  /** Draws bars from zero instead of a line. Each extends from `x + from` to `x + to`. */
  readonly bars?: BarSides;
}

/** Returns the names of the columns that hold a band's edges. */
export function bandNames(name: string): readonly [low: string, high: string] {
  return [`${name} low`, `${name} high`];
}

export interface LineRows {
  /** Every step at which a downsampled curve has a point, ascending. */
  readonly steps: readonly number[];
  /** For each series its value at each step, or null when it has no point there. */
  readonly values: readonly (readonly (number | null)[])[];
}

export function lineChartRows(series: readonly LineSeries[]): LineRows {
  const curves = series.map(
    ({ points }) => new Map(downsample(points).map((point) => [point.x, point.y])),
  );
  const steps = [...new Set(curves.flatMap((curve) => [...curve.keys()]))].sort((a, b) => a - b);
  return { steps, values: curves.map((curve) => steps.map((step) => curve.get(step) ?? null)) };
}

/**
 * Returns the range of the y axis: from zero (or below, if the curves go there) to a round number a little above the highest
 * point, so that it seldom changes between redraws.
 */
export function yDomainOf({ values }: LineRows): readonly [number, number] {
  const all = values.flat().filter((value) => value !== null);
  if (all.length === 0) return [0, 1];
  const lowest = all.reduce((least, value) => Math.min(least, value), 0);
  const highest = all.reduce((most, value) => Math.max(most, value), 0);
  const unit = 10 ** Math.floor(Math.log10(Math.max(highest, -lowest) || 1)) / 2;
  return [Math.floor(lowest / unit) * unit, Math.max(Math.ceil(highest / unit) * unit, unit)];
}
