/**
 * Vectors that one call can treat as a single one. The plan stores weights, gradients and optimiser vectors in the same order,
 * each padded to whole cache lines, so that neighbours form one run of numbers. A call computes the padding too.
 */

/** The size of a buffer's storage is a multiple of this many numbers. */
const ALIGNED_NUMBERS = 16;

export interface Run<Place> {
  /** Where the first vector of the run lies. */
  readonly place: Place;
  /** Numbers of the run, padding included. */
  readonly count: number;
}

/**
 * Returns the runs of vectors, in their order.
 * @param sizes of the vectors, in numbers
 * @param placeAt returns where the vector with this index lies, in each of the lists that a call takes
 * @param isNext tells whether a place is the first one behind a run
 */
export function adjacentRuns<Place>(
  sizes: readonly number[],
  placeAt: (index: number) => Place,
  isNext: (run: Run<Place>, place: Place) => boolean,
): readonly Run<Place>[] {
  const runs: Run<Place>[] = [];
  for (const [index, size] of sizes.entries()) {
    const place = placeAt(index);
    const count = Math.ceil(size / ALIGNED_NUMBERS) * ALIGNED_NUMBERS;
    const last = runs.at(-1);
    if (last !== undefined && isNext(last, place))
      runs[runs.length - 1] = { place: last.place, count: last.count + count };
    else runs.push({ place, count });
  }
  return runs;
}
