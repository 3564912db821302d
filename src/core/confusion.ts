/** Finds the most frequent confusions from the counts of a confusion matrix, for any number of classes. Pure functions. */

/** The number of images of one true class that were predicted as one class. */
export interface ClassPair {
  readonly trueClass: number;
  readonly predictedClass: number;
  readonly count: number;
  /** Share of the images of the true class, in `[0, 1]`. */
  readonly rowShare: number;
}

export interface ClassResult {
  readonly numImages: number;
  readonly numRight: number;
  /** The class it is most often mistaken for; `undefined` when it never is. */
  readonly worst: ClassPair | undefined;
}

/**
 * Returns the confusions, most frequent first. Equal ones are in the order of rows and columns.
 * @param counts `[numClasses, numClasses]`, row-major; rows are the true class
 */
export function confusedPairs(counts: ArrayLike<number>, numClasses: number): readonly ClassPair[] {
  const pairs: ClassPair[] = [];
  for (let trueClass = 0; trueClass < numClasses; trueClass += 1) {
    const total = totalOf(counts, numClasses, trueClass);
    for (let predictedClass = 0; predictedClass < numClasses; predictedClass += 1) {
      const count = counts[trueClass * numClasses + predictedClass] ?? 0;
      if (count > 0 && predictedClass !== trueClass)
        pairs.push({ trueClass, predictedClass, count, rowShare: count / total });
    }
  }
  return pairs.sort((a, b) => b.count - a.count);
}

/**
 * Returns one entry for each class.
 * @param counts as for `confusedPairs`
 */
export function classResults(
  counts: ArrayLike<number>,
  numClasses: number,
): readonly ClassResult[] {
  const worst = new Map<number, ClassPair>();
  for (const pair of confusedPairs(counts, numClasses))
    if (!worst.has(pair.trueClass)) worst.set(pair.trueClass, pair);
  return Array.from({ length: numClasses }, (_, own) => ({
    numImages: totalOf(counts, numClasses, own),
    numRight: counts[own * numClasses + own] ?? 0,
    worst: worst.get(own),
  }));
}

function totalOf(counts: ArrayLike<number>, numClasses: number, row: number): number {
  let total = 0;
  for (let at = row * numClasses; at < (row + 1) * numClasses; at += 1) total += counts[at] ?? 0;
  return total;
}
