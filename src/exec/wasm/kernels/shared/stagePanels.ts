/**
 * Packs columns of an operand into the panels that a product reads. An operand that was never stored is computed and
 * packed in one pass over memory, with its coefficients in registers. Values behind the last column are arbitrary;
 * they only reach parts of a tile that are not copied into the result.
 */
import { Operand } from "../generated/calls";
import { stageStrip } from "../generated/operands";
import { blockRows } from "./rows";
import { rowsOfTile } from "./tile";

/** The least number of rows to pack at a time. With fewer, the coefficients would be loaded too often. */
const LEAST_ROWS: i32 = 8;

/**
 * Packs the right factor, `[columns / 8][rows][8]`.
 *
 * @param first the first of the `rows` rows that are packed.
 * @param panels room for `rows` times `columns` numbers, the latter rounded up to a multiple of 8.
 */
export function stagePanels(
  operand: Operand,
  first: i32,
  rows: i32,
  columns: i32,
  panels: usize,
): void {
  const block = max(LEAST_ROWS, blockRows(columns));
  // A few rows at a time keep their cache lines in the cache until all columns are packed.
  for (let row = 0; row < rows; row += block) {
    const count = min(block, rows - row);
    let panel = panels + ((<usize>row) << 5);
    for (let column = 0; column < columns; column += 8) {
      stageStrip(operand, first + row, count, columns, column, 8, panel);
      panel += (<usize>rows) << 5;
    }
  }
}

/**
 * Packs the transposed left factor as `packColumns` does: `columns` of a row's `channels`, from `column` on.
 *
 * @param target room as for `stagePanels`.
 */
export function stageColumns(
  operand: Operand,
  first: i32,
  rows: i32,
  channels: i32,
  column: i32,
  columns: i32,
  target: usize,
): void {
  const block = max(LEAST_ROWS, blockRows(channels));
  for (let row = 0; row < rows; row += block) {
    const count = min(block, rows - row);
    for (let own = 0; own < columns; ) {
      const width = rowsOfTile(columns - own);
      const to = target + ((<usize>(own * rows + row * width)) << 2);
      stageStrip(operand, first + row, count, channels, column + own, width, to);
      own += width;
    }
  }
}
