/** Converts the counts of a confusion matrix to cells. Rows are true classes, columns predicted ones. Pure functions. */
import { PlaygroundError } from "../core/errors.ts";

/** One cell of a confusion matrix. */
export interface ConfusionCell {
  /** Index of the true class: the row. */
  readonly trueClass: number;
  /** Index of the predicted class: the column. */
  readonly predictedClass: number;
  /** Number of images. */
  readonly count: number;
  /** Share of the images of the true class, in `[0, 1]`; 0 when the class has no image. */
  readonly rowShare: number;
}

/**
 * Returns the cells row by row.
 *
 * @param counts `[numClasses, numClasses]`, row-major; rows are the true class
 * @throws PlaygroundError `internal` for any other number of counts
 */
export function confusionRows(
  counts: ArrayLike<number>,
  numClasses: number,
): readonly (readonly ConfusionCell[])[] {
  if (counts.length !== numClasses * numClasses) {
    throw new PlaygroundError({
      code: "internal",
      where: "Confusion matrix",
      rule: "it has one count for every pair of classes",
      expected: `${numClasses} x ${numClasses} counts`,
      got: `${counts.length}`,
      remedy: "Hand over the counts and the class names of the same evaluation.",
    });
  }
  return Array.from({ length: numClasses }, (_, trueClass) => {
    const row = Array.from(
      { length: numClasses },
      (_unused, predictedClass) => counts[trueClass * numClasses + predictedClass] ?? 0,
    );
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, predictedClass) => ({
      trueClass,
      predictedClass,
      count,
      rowShare: total === 0 ? 0 : count / total,
    }));
  });
}
