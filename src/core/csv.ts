/** Tables as text that spreadsheets read: comma-separated values after RFC 4180. */

export type CsvCell = string | number | null;

/**
 * One line a row, ended by CRLF. Text with commas, quotes or line ends is quoted, quotes in it are doubled; `null`
 * is an empty cell. Numbers are written as JavaScript writes them.
 */
export function csvText(rows: readonly (readonly CsvCell[])[]): string {
  return rows.map((row) => `${row.map(cellText).join(",")}\r\n`).join("");
}

function cellText(cell: CsvCell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
