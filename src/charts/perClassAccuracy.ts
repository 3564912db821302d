/**
 * Computes the accuracy of each class from the counts of a confusion matrix. Pure functions. `perClassBars.ts` draws the bars
 * beside the matrix.
 */
import { confusionRows } from "./confusionRows.ts";

export interface ClassAccuracy {
  readonly name: string;
  /** The number of images of this class. */
  readonly numImages: number;
  /** How many of them were classified correctly. */
  readonly numCorrect: number;
  /** `numCorrect / numImages` in `[0, 1]`; `undefined` when there is no image of the class. */
  readonly accuracy: number | undefined;
}

/**
 * Returns one entry for each class, in the order of `classes`.
 *
 * @param counts `[classes, classes]`, row-major; rows are the true class
 * @throws PlaygroundError `internal` when the number of counts does not match the number of classes
 */
export function perClassAccuracy(
  counts: ArrayLike<number>,
  classes: readonly string[],
): readonly ClassAccuracy[] {
  const rows = confusionRows(counts, classes.length);
  return classes.map((name, index) => {
    const row = rows[index] ?? [];
    const numImages = row.reduce((sum, cell) => sum + cell.count, 0);
    const numCorrect = row[index]?.count ?? 0;
    return {
      name,
      numImages,
      numCorrect,
      accuracy: numImages === 0 ? undefined : numCorrect / numImages,
    };
  });
}
