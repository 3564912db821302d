/** Prepares the curves of the chosen runs for a plot: over an axis, smoothed, folded over seeds, and reduced to its width. */
import { greatestOf } from "../../../core/numbers.ts";
import { formatDuration, formatLarge, formatPercent } from "../../../core/units.ts";
import type { PlotFrame, PlotLine } from "../../../diagram/plots/LinePlot.tsx";
import { yDomainOf } from "../../../diagram/plots/LinePlot.tsx";
import { seedGroups } from "../../../runs/compareRuns.ts";
import {
  decimated,
  folded,
  type Line,
  lineOf,
  type RunAxis,
  type RunMetric,
  smoothed,
} from "../../../runs/runCurves.ts";
import { setUpName } from "../../../runs/runName.ts";
import { type RunBody, type RunHead, titleOf } from "../../../runs/runRecord.ts";

export interface CurveChoice {
  readonly metric: RunMetric;
  readonly axis: RunAxis;
  /** The weight of the previous average, in `[0, 1)`. */
  readonly memory: number;
  readonly logarithmic: boolean;
  /** Whether runs that differ in their seed alone are one curve with a band. */
  readonly folds: boolean;
}

/** A curve with all of its points, for reading values off it. */
export interface FullLine {
  readonly name: string;
  readonly index: number;
  readonly line: Line;
  readonly band?: { readonly low: Float64Array; readonly high: Float64Array };
  readonly numRuns: number;
}

export const AXIS_TITLES: Readonly<Record<RunAxis, string>> = {
  step: "step",
  epoch: "epoch",
  time: "seconds in its own steps",
  images: "images",
  macs: "multiply-accumulates of training",
};

/** Writes a position on an axis: `2,800`, `41 s`, `1.24 T`. */
export function placeText(axis: RunAxis, x: number): string {
  if (axis === "time") return formatDuration(1000 * x);
  if (axis === "epoch") return String(Number(x.toPrecision(3)));
  return x < 1e5 ? String(Math.round(x)) : formatLarge(x);
}

export function metricText(metric: RunMetric, y: number): string {
  return metric.endsWith("accuracy") ? formatPercent(y) : String(Number(y.toPrecision(3)));
}

/** Returns a curve for each run, or for each set-up with several seeds. Runs without such points are left out. */
export function fullLines(
  chosen: readonly RunHead[],
  bodies: ReadonlyMap<string, RunBody>,
  { metric, axis, memory, folds }: CurveChoice,
): readonly FullLine[] {
  const groups = folds ? seedGroups(chosen) : chosen.map((head) => [head]);
  return groups.flatMap((group) => {
    const [first] = group;
    const lines = group.flatMap((head) => {
      const body = bodies.get(head.id);
      return body === undefined ? [] : [lineOf(head, body, metric, axis)];
    });
    const [only] = lines;
    if (first === undefined || only === undefined) return [];
    const index = chosen.indexOf(first);
    const numbers = group.map((head) => chosen.indexOf(head) + 1).join(", ");
    const title = lines.length === 1 ? titleOf(first) : setUpName(first.recipeId, first.settings);
    const name = `${numbers}: ${title}`;
    if (lines.length === 1)
      return only.x.length === 0 ? [] : [{ name, index, line: smoothed(only, memory), numRuns: 1 }];
    const { low, high, ...line } = folded(lines.map((one) => smoothed(one, memory)));
    return line.x.length === 0
      ? []
      : [{ name, index, line, band: { low, high }, numRuns: lines.length }];
  });
}

/** The width in pixels in which a curve keeps its lowest and its highest point. */
const COLUMN = 2;

/** Returns what a plot of this size draws. */
export function plotOf(
  full: readonly FullLine[],
  { metric, axis, logarithmic }: CurveChoice,
  size: { readonly width: number; readonly height: number },
): { readonly frame: PlotFrame; readonly lines: readonly PlotLine[] } {
  const xEnd = greatestOf([...full.map(({ line }) => line.x.at(-1) ?? 0), 0]) || 1;
  const lines = full.map(({ name, index, line, band }): PlotLine => {
    // A mean has as many points as one validation curve, which a plot can show.
    if (band !== undefined) return { name, index, ...line, band };
    return { name, index, ...decimated(line, xEnd, Math.ceil(size.width / COLUMN)) };
  });
  const isShare = metric.endsWith("accuracy");
  return {
    lines,
    frame: {
      ...size,
      xDomain: [0, xEnd],
      yDomain: yDomainOf(lines, logarithmic, isShare ? 1 : undefined),
      logarithmic,
      xTitle: AXIS_TITLES[axis],
      xText: (x) => placeText(axis, x),
      yText: (y) => metricText(metric, y),
    },
  };
}
