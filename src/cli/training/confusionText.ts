/** Prints a confusion matrix as a table for the terminal. */
import { confusedPairs } from "../../core/confusion.ts";
import { greatestOf } from "../../core/numbers.ts";
import { formatCount } from "../../core/units.ts";

/** A terminal wraps the lines of a table with more columns. The most confused pairs are printed then. */
const MOST_COLUMNS = 24;
const MOST_PAIRS = 20;

/**
 * @param rows counts; rows are the true class.
 * @param classes their names, in the order of the rows.
 */
export function confusionText(
  rows: readonly (readonly number[])[],
  classes: readonly string[],
): string {
  if (classes.length > MOST_COLUMNS) return pairsText(rows, classes);
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

function pairsText(rows: readonly (readonly number[])[], classes: readonly string[]): string {
  const pairs = confusedPairs(rows.flat(), classes.length);
  const shown = pairs.slice(0, MOST_PAIRS).map(({ trueClass, predictedClass, count }) => {
    const [truth, other] = [classes[trueClass] ?? "", classes[predictedClass] ?? ""];
    return `${String(count).padStart(6)}  ${truth} taken for ${other}`;
  });
  const more = pairs.length - shown.length;
  return [
    `The most confused pairs of ${classes.length} classes, by their number of images:`,
    ...shown,
    ...(more > 0 ? [`and ${formatCount(more)} more pairs`] : []),
  ].join("\n");
}
