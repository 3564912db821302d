/** Writes curves, figures and settings of runs as tables for spreadsheets. Pure functions. */
import { type CsvCell, csvText } from "../core/csv.ts";
import { type ComparedRow, FIGURES } from "./compareRuns.ts";
import type { Line, RunAxis } from "./runCurves.ts";
import { type RunHead, type RunMatrix, titleOf } from "./runRecord.ts";

/** Writes a column for each curve, and a row for each position at which one has a point. */
export function curvesCsv(
  axis: RunAxis,
  curves: readonly { readonly name: string; readonly line: Line }[],
): string {
  const rows = new Map<number, CsvCell[]>();
  for (const [column, { line }] of curves.entries())
    for (const [index, x] of line.x.entries()) {
      const row = rows.get(x) ?? [x, ...Array<null>(curves.length).fill(null)];
      row[column + 1] = line.y[index] ?? null;
      rows.set(x, row);
    }
  const inOrder = [...rows].sort(([a], [b]) => a - b).map(([, row]) => row);
  return csvText([[axis, ...curves.map(({ name }) => name)], ...inOrder]);
}

/** Writes a row for each run with its final figures. */
export function figuresCsv(heads: readonly RunHead[]): string {
  return csvText([
    ["run", "id", "outcome", "seed", ...FIGURES.map(({ label }) => label)],
    ...heads.map((head) => [
      titleOf(head),
      head.id,
      head.outcome,
      head.settings.seed,
      ...FIGURES.map((figure) => figure.valueOf(head)),
    ]),
  ]);
}

export function settingsCsv(heads: readonly RunHead[], rows: readonly ComparedRow[]): string {
  return csvText([
    ["setting", ...heads.map(titleOf)],
    ...rows.map(({ label, texts }) => [label, ...texts]),
  ]);
}

/** Writes the counts of a matrix; rows are the true class. */
export function matrixCsv(classes: readonly string[], { counts }: RunMatrix): string {
  const numClasses = classes.length;
  return csvText([
    ["true class", ...classes],
    ...classes.map((name, row) => [
      name,
      ...counts.subarray(row * numClasses, (row + 1) * numClasses),
    ]),
  ]);
}
