/** Writes the curves of a run as a table, with one row for each step that has a value. Pure functions. */
import { type CsvCell, csvText } from "../core/csv.ts";

export interface HistoryPoint {
  /** The number of steps done. */
  readonly step: number;
  readonly loss: number;
  /** A share in `[0, 1]`. */
  readonly accuracy: number;
}

export interface History {
  /** Each point is the mean over the steps since the point before. */
  readonly training: readonly HistoryPoint[];
  readonly validation: readonly HistoryPoint[];
  /** `null` when there was none. */
  readonly test: HistoryPoint | null;
  /** What a person changed while it trained, from each of these steps on. Default: nothing. */
  readonly changes?: readonly { readonly step: number; readonly words: string }[];
}

const COLUMNS = [
  ...["step", "loss", "accuracy", "validation_loss", "validation_accuracy"],
  ...["test_loss", "test_accuracy"],
];

/**
 * Writes the columns of {@link COLUMNS} with ascending steps, and one more for changes where there are any. Values that were not
 * measured at a step stay empty.
 */
export function historyCsv({ training, validation, test, changes = [] }: History): string {
  const columns = changes.length === 0 ? COLUMNS : [...COLUMNS, "changed_from_here"];
  const rows = new Map<number, CsvCell[]>();
  const rowAt = (step: number) => {
    const row = rows.get(step) ?? [step, ...Array<null>(columns.length - 1).fill(null)];
    rows.set(step, row);
    return row;
  };
  const put = (column: number, { step, loss, accuracy }: HistoryPoint) =>
    rowAt(step).splice(column, 2, loss, accuracy);
  for (const point of training) put(1, point);
  for (const point of validation) put(3, point);
  if (test !== null) put(5, test);
  for (const { step, words } of changes) rowAt(step)[COLUMNS.length] = words;
  const inOrder = [...rows].sort(([a], [b]) => a - b).map(([, row]) => row);
  return csvText([columns, ...inOrder]);
}
