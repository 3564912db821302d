/** The curves of a run as a table: one row for each step of which something is known. Pure. */
import { type CsvCell, csvText } from "../core/csv.ts";

export interface HistoryPoint {
  /** Steps done. */
  readonly step: number;
  readonly loss: number;
  /** A share. */
  readonly accuracy: number;
}

export interface History {
  /** Each the mean over the steps since the point before. */
  readonly training: readonly HistoryPoint[];
  readonly validation: readonly HistoryPoint[];
  /** `null` where there was none. */
  readonly test: HistoryPoint | null;
}

const COLUMNS = [
  ...["step", "loss", "accuracy", "validation_loss", "validation_accuracy"],
  ...["test_loss", "test_accuracy"],
];

/** Columns as {@link COLUMNS}, steps ascending. What nobody measured at a step stays empty. */
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
