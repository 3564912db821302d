/** Writes the predictions on the test images as a table: one row for each image, one column for each class. Pure functions. */

import { type CsvCell, csvText } from "../core/csv.ts";
import { greatestOf } from "../core/numbers.ts";

export interface Predictions {
  /** Names of the classes in the labels. */
  readonly classes: readonly string[];
  /** The true class of each image. */
  readonly labels: readonly number[];
  /** The head's output, batch by batch: `[images of the batch, outputs]`. */
  readonly probabilities: readonly Float32Array[];
}

/** Columns: `index` (in the test set, from 0), `true`, `predicted`, then each output, named by its class. */
export function predictionsCsv({ classes, labels, probabilities }: Predictions): string {
  const numValues = probabilities.reduce((sum, { length }) => sum + length, 0);
  // A head may have fewer units than there are classes.
  const numOutputs = labels.length === 0 ? classes.length : numValues / labels.length;
  const name = (at: number) => classes[at] ?? String(at);
  const outputs = Array.from({ length: numOutputs }, (_, at) => name(at));
  const rows: (readonly CsvCell[])[] = [["index", "true", "predicted", ...outputs]];
  for (const batch of probabilities) {
    for (let start = 0; start < batch.length; start += numOutputs) {
      const values = batch.subarray(start, start + numOutputs);
      const index = rows.length - 1;
      const predicted = values.indexOf(greatestOf(values));
      rows.push([
        index,
        name(labels[index] ?? -1),
        name(predicted),
        ...Array.from(values, shortest),
      ]);
    }
  }
  return csvText(rows);
}

/** Writes a float32 in as few digits as distinguish it from its neighbours; nine always do. */
function shortest(value: number): number {
  for (const digits of [6, 7, 8]) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return rounded;
  }
  return Number(value.toPrecision(9));
}
