/**
 * Packs columns of an operand into the panels that a product reads. An operand that was never stored is computed and
 * packed in one pass over memory, with its coefficients in registers. Values behind the last column are arbitrary;
 * they only reach parts of a tile that are not copied into the result.
 */
import { Operand, OperandKind } from "../generated/calls";
import { madd } from "./arithmetic";
import { floorOf } from "./operand";
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

/**
 * Packs some rows of four, six or eight columns without gaps.
 *
 * @param channels numbers in a row of the operand, of which those from `column` on are packed.
 */
function stageStrip(
  operand: Operand,
  first: i32,
  rows: i32,
  channels: i32,
  column: i32,
  width: i32,
  target: usize,
): void {
  const kind = operand.kind;
  const bytes = (<usize>channels) << 2;
  const at = (<usize>column) << 2;
  const offset = <usize>first * bytes + at;
  const source = operand.source + offset;
  const end = target + ((<usize>(rows * width)) << 2);
  const coefficients = operand.coefficients + at;
  if (kind === OperandKind.plain) copyStrip(source, bytes, width, target, end);
  else if (kind === OperandKind.relu) rectifyStrip(source, bytes, width, target, end);
  else if (kind === OperandKind.normalizationGradient)
    gradientStrip(source, operand.second + offset, coefficients, bytes, width, target, end);
  else normalizeStrip(source, coefficients, floorOf(kind), bytes, width, target, end);
}

/** @returns the address for the next row. */
function putStrip(to: usize, width: i32, low: v128, high: v128): usize {
  v128.store(to, low);
  if (width === 8) v128.store(to, high, 16);
  else if (width === 6) v128.store64_lane(to, high, 0, 16);
  return to + ((<usize>width) << 2);
}

function copyStrip(x: usize, bytes: usize, width: i32, target: usize, end: usize): void {
  let from = x;
  for (let to = target; to < end; from += bytes)
    to = putStrip(to, width, v128.load(from), v128.load(from, 16));
}

function rectifyStrip(x: usize, bytes: usize, width: i32, target: usize, end: usize): void {
  const zero = f32x4.splat(0);
  let from = x;
  for (let to = target; to < end; from += bytes) {
    const low = f32x4.pmax(v128.load(from), zero);
    to = putStrip(to, width, low, f32x4.pmax(v128.load(from, 16), zero));
  }
}

function normalizeStrip(
  x: usize,
  mean: usize,
  floor: v128,
  bytes: usize,
  width: i32,
  target: usize,
  end: usize,
): void {
  const scale = mean + bytes;
  const shift = scale + bytes;
  const mean0 = v128.load(mean);
  const mean1 = v128.load(mean, 16);
  const scale0 = v128.load(scale);
  const scale1 = v128.load(scale, 16);
  const shift0 = v128.load(shift);
  const shift1 = v128.load(shift, 16);
  let from = x;
  for (let to = target; to < end; from += bytes) {
    const low = madd(f32x4.sub(v128.load(from), mean0), scale0, shift0);
    const high = madd(f32x4.sub(v128.load(from, 16), mean1), scale1, shift1);
    to = putStrip(to, width, f32x4.pmax(low, floor), f32x4.pmax(high, floor));
  }
}

function gradientStrip(
  dy: usize,
  x: usize,
  mean: usize,
  bytes: usize,
  width: i32,
  target: usize,
  end: usize,
): void {
  const p = mean + bytes;
  const q = p + bytes;
  const r = q + bytes;
  const mean0 = v128.load(mean);
  const mean1 = v128.load(mean, 16);
  const p0 = v128.load(p);
  const p1 = v128.load(p, 16);
  const q0 = v128.load(q);
  const q1 = v128.load(q, 16);
  const r0 = v128.load(r);
  const r1 = v128.load(r, 16);
  const toX = x - dy;
  let from = dy;
  for (let to = target; to < end; from += bytes) {
    const other = from + toX;
    const rest0 = madd(f32x4.sub(v128.load(other), mean0), q0, r0);
    const rest1 = madd(f32x4.sub(v128.load(other, 16), mean1), q1, r1);
    const low = madd(v128.load(from), p0, rest0);
    to = putStrip(to, width, low, madd(v128.load(from, 16), p1, rest1));
  }
}
