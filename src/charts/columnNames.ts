/** Places the column names of a matrix. They are slanted, because ten whole names do not fit side by side. */
import { greatestOf } from "../core/numbers.ts";

/** In degrees, counter-clockwise. */
export const COLUMN_NAME_ANGLE = -48;

const LEAN = Math.cos((COLUMN_NAME_ANGLE * Math.PI) / 180);
const RISE = Math.sin((-COLUMN_NAME_ANGLE * Math.PI) / 180);

/**
 * Returns how far the last name extends beyond the right edge of its column, in CSS pixels.
 * @param widths drawn widths of the names, in the order of the columns
 * @param plotWidth of the whole chart, including the names of the rows
 */
export function columnNameOverhang(
  widths: readonly number[],
  fontSize: number,
  plotWidth: number,
): number {
  const last = widths.at(-1) ?? 0;
  const cellWidth = (plotWidth - Math.max(0, greatestOf(widths))) / Math.max(1, widths.length);
  return Math.max(0, last * LEAN + fontSize * RISE - cellWidth / 2);
}

/** Measures the drawn widths of `texts` in a font, in CSS pixels. */
export function textWidths(
  texts: readonly string[],
  fontSize: number,
  fontFamily: string,
): readonly number[] {
  const context = document.createElement("canvas").getContext("2d");
  if (context === null) return texts.map((text) => text.length * fontSize * 0.6);
  context.font = `${fontSize}px ${fontFamily}`;
  return texts.map((text) => context.measureText(text).width);
}
