/** A confusion matrix as a table for the terminal. */
import { greatestOf } from "../../core/numbers.ts";

/**
 * @param rows counts, rows the true class.
 * @param classes their names, in the order of the rows.
 */
export function confusionText(
  rows: readonly (readonly number[])[],
  classes: readonly string[],
): string {
  const nameWidth = greatestOf(classes.map((name) => name.length));
  const width = Math.max(5, greatestOf(rows.flat().map((count) => String(count).length)));
  const heading = classes.map((name) => name.slice(0, width).padStart(width)).join(" ");
  const lines = rows.map((row, index) => {
    const cells = row.map((count) => (count === 0 ? "." : String(count)).padStart(width));
    return `${(classes[index] ?? "").padEnd(nameWidth)} ${cells.join(" ")}`;
  });
  return [
    "Rows: the true class; columns: the predicted one.",
    `${" ".repeat(nameWidth)} ${heading}`,
    ...lines,
  ].join("\n");
}
