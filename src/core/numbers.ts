/**
 * Numbers and helpers for lists of any length: maximum, minimum, Euclidean length, and appending. A call takes only some ten thousand
 * arguments ("Maximum call stack size exceeded"), so `Math.max(...values)` and `push(...items)` fail for long lists. The lint
 * rule `scripts/lint/noSpreadIntoCalls.grit` forbids them.
 */

/** The largest number in 32 bits. */
export const LARGEST_FLOAT = 3.4028234663852886e38;

/** Minus infinity for an empty list; NaN when a value is NaN. */
export function greatestOf(values: Iterable<number>): number {
  let found = Number.NEGATIVE_INFINITY;
  for (const value of values) found = Math.max(found, value);
  return found;
}

/** Infinity for an empty list; NaN when a value is NaN. */
export function leastOf(values: Iterable<number>): number {
  let found = Number.POSITIVE_INFINITY;
  for (const value of values) found = Math.min(found, value);
  return found;
}

/** The Euclidean length of a vector. */
export function lengthOf(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum);
}

export function append<T>(list: T[], items: Iterable<T>): void {
  for (const item of items) list.push(item);
}
