/** The ratio of two series of times that were measured in pairs, with its 95 % interval. */

export interface Ratio {
  /** The geometric mean of the pairs' ratios. */
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Student's t for 97.5 %, by degrees of freedom from 1. Tables of any textbook of statistics have it. */
const STUDENT_T = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145,
  2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048,
  2.045,
];

export const FEWEST_PAIRS = 2;
export const MOST_PAIRS = STUDENT_T.length + 1;

/**
 * Returns the mean ratio of `after` to `before`. Logarithms make a ratio and its inverse equally far from one.
 * @throws RangeError for fewer or more pairs than the table of Student's t has.
 */
export function ratioOf(before: readonly number[], after: readonly number[]): Ratio {
  const logs = after.map((time, pair) => Math.log(time / (before[pair] ?? Number.NaN)));
  const t = STUDENT_T[logs.length - 2];
  if (t === undefined) throw new RangeError(`ratioOf: ${logs.length} pairs.`);
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const squares = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0);
  const half = t * Math.sqrt(squares / (logs.length - 1) / logs.length);
  return { mean: Math.exp(mean), low: Math.exp(mean - half), high: Math.exp(mean + half) };
}
