/** Computes the trend of a noisy curve. Pure functions. The page states it wherever a curve is smoothed. */
import type { Point } from "./downsample.ts";

/** The weight of the previous trend at each step: about the last 10 steps count. */
const TREND_MEMORY = 0.9;

/**
 * Returns the exponential moving average of the points, with the bias of its first values towards zero corrected (Kingma and Ba
 * 2014, section 3): the first point stays as it is. Points that are not finite are left out.
 *
 * @param memory in `[0, 1)`; 0 returns the points themselves
 */
export function smooth(points: readonly Point[], memory: number = TREND_MEMORY): readonly Point[] {
  let average = 0;
  let weight = 0;
  const trend: Point[] = [];
  for (const { x, y } of points) {
    if (!Number.isFinite(y)) continue;
    average = memory * average + (1 - memory) * y;
    weight = memory * weight + (1 - memory);
    trend.push({ x, y: average / weight });
  }
  return trend;
}
