/**
 * Lists of any length: the greatest, the least and the length of numbers, and appending. A call takes some ten thousand
 * arguments and no more ("Maximum call stack size exceeded"), so that `Math.max(...values)` and `push(...items)` fail for
 * long lists; `scripts/lint/noSpreadIntoCalls.grit` refuses them.
 */

/** Minus infinity for none; NaN where one of them is. */
export function greatestOf(values: Iterable<number>): number {
  let found = Number.NEGATIVE_INFINITY;
  for (const value of values) found = Math.max(found, value);
  return found;
}

/** Infinity for none; NaN where one of them is. */
export function leastOf(values: Iterable<number>): number {
  let found = Number.POSITIVE_INFINITY;
  for (const value of values) found = Math.min(found, value);
  return found;
}

/** Euclid's length of a vector. */
export function lengthOf(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum);
}

export function append<T>(list: T[], items: Iterable<T>): void {
  for (const item of items) list.push(item);
}
