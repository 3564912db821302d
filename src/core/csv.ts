/** Writes tables as comma-separated values (RFC 4180), which spreadsheets read. */

export type CsvCell = string | number | null;

/**
 * Writes one line for each row, ended by CRLF. Text with commas, quotes or line ends is quoted, and quotes in it are doubled.
 * `null` is an empty cell. Numbers are written as JavaScript writes them.
 */
export function csvText(rows: readonly (readonly CsvCell[])[]): string {
  return rows.map((row) => `${row.map(cellText).join(",")}\r\n`).join("");
}

function cellText(cell: CsvCell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
