/**
 * Columns of an operand straight into the panels that a product reads: what was never stored is computed and packed in
 * one pass over memory, its coefficients in registers. What panels hold behind the last column is of no meaning, and no
 * number of the result that anybody reads is computed from it.
 */
import { Operand, OperandKind } from "../generated/calls";
import { madd } from "./arithmetic";
import { floorOf } from "./operand";
import { blockRows } from "./rows";
import { rowsOfTile } from "./tile";

/** Fewer rows would load coefficients too often. */
const LEAST_ROWS: i32 = 8;

/**
 * The right factor, `[columns / 8][rows][8]`.
 *
 * @param first row, from which on `rows` are taken.
 * @param panels room for `rows` times `columns`, these rounded up to 8.
 */
export function stagePanels(
  operand: Operand,
  first: i32,
  rows: i32,
  columns: i32,
  panels: usize,
): void {
  const block = max(LEAST_ROWS, blockRows(columns));
  // Of a few rows at a time the whole cache lines are used while they are near.
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
 * The left factor, transposed as `packColumns` lays it out: `columns` of a row's `channels` from `column` on.
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
 * Some rows of four, six or eight columns one behind the other.
 *
 * @param channels of a row of the operand, of which those from `column` on are taken.
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

/** @returns where the next row goes. */
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
