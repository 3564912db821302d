/**
 * The curves of recorded runs: over steps, epochs, time, images or multiplications, smoothed, reduced to what a chart can show,
 * and several seeds folded into mean and spread. Pure functions on columns of numbers.
 */
import { spreadOf } from "../settings/experiments/statistics.ts";
import { imagesAfter, PASSES } from "./positions.ts";
import type { Clock, Curve, RunBody, RunHead } from "./runRecord.ts";

export const RUN_AXES = ["step", "epoch", "time", "images", "macs"] as const;
export type RunAxis = (typeof RUN_AXES)[number];

export const RUN_METRICS = [
  "training loss",
  "training accuracy",
  "validation loss",
  "validation accuracy",
] as const;
export type RunMetric = (typeof RUN_METRICS)[number];

/** Two columns of equal length; `x` ascends. */
export interface Line {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** A line, with the edges of a band around it when it is the mean of several seeds. */
export interface Band extends Line {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

function curveOf(body: RunBody, metric: RunMetric): Curve {
  return metric.startsWith("training") ? body.training : body.validation;
}

/**
 * Returns a curve over an axis. Time is in seconds of the run's own steps, and `macs` counts the multiply-accumulates of
 * training. Without the plan of a run (it ended before that was known), its images and epochs count as 0.
 */
export function lineOf(head: RunHead, body: RunBody, metric: RunMetric, axis: RunAxis): Line {
  const { steps, losses, accuracies } = curveOf(body, metric);
  const y = metric.endsWith("loss") ? losses : accuracies;
  if (axis === "step") return { x: steps, y };
  if (axis === "time") return { x: secondsOf(steps, body.clock), y };
  const { plan, costs, settings } = head;
  if (plan === null) return { x: steps.map(() => 0), y };
  if (axis === "epoch") return { x: steps.map((step) => step / plan.stepsPerEpoch), y };
  const factor = axis === "macs" ? PASSES * (costs?.macs ?? 0) : 1;
  return { x: steps.map((step) => factor * imagesAfter(plan, settings.remainder, step)), y };
}

/** Interpolates linearly between the readings of a clock. Both lists of steps ascend, so that one pass over both is enough. */
function secondsOf(steps: Float64Array, clock: Clock): Float64Array {
  const { steps: readings, trainMs } = clock;
  const last = readings.length - 1;
  let after = 0;
  return steps.map((step) => {
    while (after < last && (readings[after] ?? 0) < step) after += 1;
    const [toStep, toMs] = [readings[after] ?? 0, trainMs[after] ?? 0];
    if (step >= toStep) return toMs / 1000;
    const [fromStep, fromMs] = [readings[after - 1] ?? 0, trainMs[after - 1] ?? 0];
    return (fromMs + ((step - fromStep) / (toStep - fromStep)) * (toMs - fromMs)) / 1000;
  });
}

/**
 * Returns the exponential moving average, with the bias of its first values towards zero corrected (Kingma and Ba 2014,
 * section 3).
 * @param memory the weight of the previous average, in `[0, 1)`; 0 returns the values themselves
 */
export function smoothed({ x, y }: Line, memory: number): Line {
  if (memory === 0) return { x, y };
  let average = 0;
  let weight = 0;
  const values = y.map((value) => {
    average = memory * average + (1 - memory) * value;
    weight = memory * weight + (1 - memory);
    return average / weight;
  });
  return { x, y: values };
}

/**
 * Reduces a line to the lowest and the highest point in each of `numColumns` equal parts of `[0, xEnd]`, and its two ends. A
 * plot that is `numColumns` pixels wide looks the same. Every returned point is one of the given ones.
 */
export function decimated(line: Line, xEnd: number, numColumns: number): Line {
  const { x, y } = line;
  const { length } = x;
  if (length <= 2 * numColumns) return line;
  const kept: number[] = [0];
  const keep = (index: number) => {
    if (index > (kept.at(-1) ?? 0)) kept.push(index);
  };
  let [column, lowest, highest] = [-1, 0, 0];
  const close = () => {
    keep(Math.min(lowest, highest));
    keep(Math.max(lowest, highest));
  };
  for (let index = 0; index < length; index += 1) {
    const own = Math.floor((numColumns * (x[index] ?? 0)) / xEnd);
    if (own !== column) {
      if (column >= 0) close();
      column = own;
      lowest = index;
      highest = index;
    } else {
      if ((y[index] ?? 0) < (y[lowest] ?? 0)) lowest = index;
      if ((y[index] ?? 0) > (y[highest] ?? 0)) highest = index;
    }
  }
  close();
  keep(length - 1);
  const places = Float64Array.from(kept);
  return { x: places.map((index) => x[index] ?? 0), y: places.map((index) => y[index] ?? 0) };
}

/** Returns the value at the last point that is not after `x`; `undefined` before the first point. */
export function valueAt(line: Line, x: number): number | undefined {
  let low = 0;
  let high = line.x.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((line.x[middle] ?? 0) <= x) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? undefined : line.y[low - 1];
}

/**
 * Folds curves of several seeds into their mean, plus and minus one standard deviation, at the x positions of the first. It ends
 * where the shortest one ends, and begins where all have begun.
 * @param lines at least one
 */
export function folded(lines: readonly Line[]): Band {
  const [first] = lines;
  const columns: { x: number[]; y: number[]; low: number[]; high: number[] } = {
    x: [],
    y: [],
    low: [],
    high: [],
  };
  const end = lines.reduce(
    (least, { x }) => Math.min(least, x.at(-1) ?? 0),
    Number.POSITIVE_INFINITY,
  );
  for (const x of first?.x ?? []) {
    if (x > end) break;
    const values = lines.flatMap((line) => valueAt(line, x) ?? []);
    if (values.length < lines.length) continue;
    const { mean, spread } = spreadOf(values);
    columns.x.push(x);
    columns.y.push(mean);
    columns.low.push(mean - spread);
    columns.high.push(mean + spread);
  }
  return {
    x: Float64Array.from(columns.x),
    y: Float64Array.from(columns.y),
    low: Float64Array.from(columns.low),
    high: Float64Array.from(columns.high),
  };
}
