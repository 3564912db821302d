/**
 * Reduces a curve to as many points as a chart can show. It never creates points: every returned point is one of the given
 * ones.
 */
import { append } from "../core/numbers.ts";

export interface Point {
  /** The training step. */
  readonly x: number;
  readonly y: number;
}

/** A plot of 400 px cannot show more. With this number, tfjs-vis redraws in well under 120 ms. */
const MAX_POINTS_PER_SERIES = 400;

/**
 * Returns at most `limit` of the points, in order: the first, the last, and the lowest and the highest of equally long sections
 * between them, so that no spike of the loss is lost. Points whose `y` is not finite are left out first.
 *
 * @param points in ascending `x`
 * @param limit at least 4: the two ends and one section
 */
export function downsample(
  points: readonly Point[],
  limit: number = MAX_POINTS_PER_SERIES,
): readonly Point[] {
  const finite = points.filter((point) => Number.isFinite(point.y));
  const first = finite[0];
  const last = finite.at(-1);
  if (finite.length <= limit || first === undefined || last === undefined) return finite;

  const inner = finite.slice(1, -1);
  const numStretches = Math.max(1, Math.floor((limit - 2) / 2));
  const kept: Point[] = [first];
  for (let stretch = 0; stretch < numStretches; stretch += 1) {
    const start = Math.floor((stretch * inner.length) / numStretches);
    const end = Math.floor(((stretch + 1) * inner.length) / numStretches);
    append(kept, extremesOf(inner.slice(start, end)));
  }
  kept.push(last);
  return kept;
}

/** Returns the lowest and the highest point in the order in which they come, or one point when they are the same. */
function extremesOf(stretch: readonly Point[]): readonly Point[] {
  let lowest = 0;
  let highest = 0;
  for (const [index, point] of stretch.entries()) {
    if (point.y < (stretch[lowest]?.y ?? Number.POSITIVE_INFINITY)) lowest = index;
    if (point.y > (stretch[highest]?.y ?? Number.NEGATIVE_INFINITY)) highest = index;
  }
  const places = lowest === highest ? [lowest] : [lowest, highest].sort((a, b) => a - b);
  return places.flatMap((place) => stretch[place] ?? []);
}
