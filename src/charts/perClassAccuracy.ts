/**
 * How often each class is recognised, from the counts of a confusion matrix. Pure; the bars are drawn
 * beside the matrix, row by row (`perClassBars.ts`).
 */
import { confusionRows } from "./confusionRows.ts";

export interface ClassAccuracy {
  readonly name: string;
  /** Images of this class. */
  readonly numImages: number;
  /** Those of them recognised. */
  readonly numCorrect: number;
  /** `numCorrect / numImages` in `[0, 1]`; `undefined` where there is no image of the class. */
  readonly accuracy: number | undefined;
}

/**
 * One entry a class, in the order of `classes`.
 *
 * @param counts `[classes, classes]`, row-major, rows the true class
 * @throws PlaygroundError `internal` when there are not as many counts as pairs of classes
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
