/**
 * Computes from the counts of a confusion matrix the most frequent confusions, and precision, recall and F1 of each class, for
 * any number of classes. Pure functions.
 */

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
  /** How many images were predicted as this class. */
  readonly numPredicted: number;
  /** `numRight / numPredicted`: how often a prediction of this class is right. `undefined` when there is none. */
  readonly precision: number | undefined;
  /** `numRight / numImages`: how many images of this class are found. `undefined` when there is none. */
  readonly recall: number | undefined;
  /** The harmonic mean of precision and recall, `2 numRight / (numPredicted + numImages)`; `undefined` when both are. */
  readonly f1: number | undefined;
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
  return Array.from({ length: numClasses }, (_, own) => {
    const numImages = totalOf(counts, numClasses, own);
    const numRight = counts[own * numClasses + own] ?? 0;
    let numPredicted = 0;
    for (let row = 0; row < numClasses; row += 1)
      numPredicted += counts[row * numClasses + own] ?? 0;
    return {
      numImages,
      numRight,
      numPredicted,
      precision: shareOf(numRight, numPredicted),
      recall: shareOf(numRight, numImages),
      f1: shareOf(2 * numRight, numPredicted + numImages),
      worst: worst.get(own),
    };
  });
}

export interface MacroMeans {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/**
 * Returns the unweighted means over the classes that occur as a true or a predicted class. A share that is undefined counts as
 * 0, as in scikit-learn's `precision_recall_fscore_support` with `average="macro"`. `undefined` without images.
 */
export function macroMeans(results: readonly ClassResult[]): MacroMeans | undefined {
  const seen = results.filter(({ f1 }) => f1 !== undefined);
  if (seen.length === 0) return undefined;
  const mean = (key: keyof MacroMeans) =>
    seen.reduce((sum, result) => sum + (result[key] ?? 0), 0) / seen.length;
  return { precision: mean("precision"), recall: mean("recall"), f1: mean("f1") };
}

function shareOf(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}

function totalOf(counts: ArrayLike<number>, numClasses: number, row: number): number {
  let total = 0;
  for (let at = row * numClasses; at < (row + 1) * numClasses; at += 1) total += counts[at] ?? 0;
  return total;
}
