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
}

const COLUMNS = [
  ...["step", "loss", "accuracy", "validation_loss", "validation_accuracy"],
  ...["test_loss", "test_accuracy"],
];

/** Writes the columns of {@link COLUMNS} with ascending steps. Values that were not measured at a step stay empty. */
export function historyCsv({ training, validation, test }: History): string {
  const rows = new Map<number, CsvCell[]>();
  const put = (column: number, { step, loss, accuracy }: HistoryPoint) => {
    const row = rows.get(step) ?? [step, ...Array<null>(COLUMNS.length - 1).fill(null)];
    row.splice(column, 2, loss, accuracy);
    rows.set(step, row);
  };
  for (const point of training) put(1, point);
  for (const point of validation) put(3, point);
  if (test !== null) put(5, test);
  const inOrder = [...rows].sort(([a], [b]) => a - b).map(([, row]) => row);
  return csvText([COLUMNS, ...inOrder]);
}
