/** What a network takes the test images for, as a table: one row an image, one column a class. Pure. */
import { type CsvCell, csvText } from "../core/csv.ts";

export interface Predictions {
  /** Names, in the order of the network's outputs. */
  readonly classes: readonly string[];
  /** `[numImages]`, the true classes. */
  readonly labels: Uint8Array;
  /** `[numImages, classes]`, the head's output. */
  readonly probabilities: Float32Array;
}

/** Columns: `index` (in the test set, from 0), `true`, `predicted`, then each class by its name. */
export function predictionsCsv({ classes, labels, probabilities }: Predictions): string {
  const rows: (readonly CsvCell[])[] = [["index", "true", "predicted", ...classes]];
  for (const [index, label] of labels.entries()) {
    const row = probabilities.subarray(index * classes.length, (index + 1) * classes.length);
    const predicted = row.indexOf(Math.max(...row));
    const name = (at: number) => classes[at] ?? String(at);
    rows.push([index, name(label), name(predicted), ...Array.from(row, shortest)]);
  }
  return csvText(rows);
}

/** A float32 in as few digits as tell it from its neighbours; nine always do. */
function shortest(value: number): number {
  for (const digits of [6, 7, 8]) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return rounded;
  }
  return Number(value.toPrecision(9));
}
