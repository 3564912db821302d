/**
 * Columns of an operand straight into the panels that a product reads, `[columns / 8][rows][8]`, the last filled up with
 * zeros: what was never stored is computed and packed in one pass over memory, its coefficients in registers.
 */
import { madd } from "./arithmetic";
import {
  coefficientsOf,
  floorOf,
  kindOf,
  NORMALIZATION_GRADIENT,
  PLAIN,
  RELU,
  secondOf,
  sourceOf,
  valueAt,
} from "./operand";
import { blockRows } from "./rows";

/** Fewer rows would load coefficients too often. */
const LEAST_ROWS: i32 = 8;

/**
 * @param first row, and `column`, a multiple of 8, from which on `rows` and `columns` are taken.
 * @param panels room for `rows` times `columns`, these rounded up to 8.
 */
export function stagePanels(
  operand: usize,
  first: i32,
  rows: i32,
  channels: i32,
  column: i32,
  columns: i32,
  panels: usize,
): void {
  const bytes = (<usize>channels) << 2;
  const panelBytes = (<usize>rows) << 5;
  const end = (<usize>(column + columns)) << 2;
  const block = max(LEAST_ROWS, blockRows(channels));
  // Of a few rows at a time the whole cache lines are used while they are near.
  for (let row = 0; row < rows; row += block) {
    const count = min(block, rows - row);
    const offset = <usize>(first + row) * bytes;
    let panel = panels + ((<usize>row) << 5);
    let at = (<usize>column) << 2;
    for (; at + 32 <= end; at += 32) {
      stageEight(operand, offset + at, at, count, bytes, panel);
      panel += panelBytes;
    }
    if (at < end) stageRest(operand, offset, at, end, count, bytes, panel);
  }
}

/**
 * A panel's eight columns, of some rows.
 *
 * @param offset in bytes, of the first number in the map.
 * @param at bytes of the columns left of them.
 */
function stageEight(
  operand: usize,
  offset: usize,
  at: usize,
  rows: i32,
  bytes: usize,
  panel: usize,
): void {
  const kind = kindOf(operand);
  const source = sourceOf(operand) + offset;
  const end = panel + ((<usize>rows) << 5);
  const coefficients = coefficientsOf(operand) + at;
  if (kind === PLAIN) copyEight(source, bytes, panel, end);
  else if (kind === RELU) rectifyEight(source, bytes, panel, end);
  else if (kind === NORMALIZATION_GRADIENT)
    gradientOfEight(source, secondOf(operand) + offset, coefficients, bytes, panel, end);
  else normalizeEight(source, coefficients, floorOf(kind), bytes, panel, end);
}

function copyEight(x: usize, bytes: usize, panel: usize, end: usize): void {
  let from = x;
  for (let to = panel; to < end; to += 32) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    from += bytes;
  }
}

function rectifyEight(x: usize, bytes: usize, panel: usize, end: usize): void {
  const zero = f32x4.splat(0);
  let from = x;
  for (let to = panel; to < end; to += 32) {
    v128.store(to, f32x4.pmax(v128.load(from), zero));
    v128.store(to, f32x4.pmax(v128.load(from, 16), zero), 16);
    from += bytes;
  }
}

function normalizeEight(
  x: usize,
  mean: usize,
  floor: v128,
  bytes: usize,
  panel: usize,
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
  for (let to = panel; to < end; to += 32) {
    const value0 = madd(f32x4.sub(v128.load(from), mean0), scale0, shift0);
    const value1 = madd(f32x4.sub(v128.load(from, 16), mean1), scale1, shift1);
    v128.store(to, f32x4.pmax(value0, floor));
    v128.store(to, f32x4.pmax(value1, floor), 16);
    from += bytes;
  }
}

function gradientOfEight(
  dy: usize,
  x: usize,
  mean: usize,
  bytes: usize,
  panel: usize,
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
  for (let to = panel; to < end; to += 32) {
    const other = from + toX;
    const rest0 = madd(f32x4.sub(v128.load(other), mean0), q0, r0);
    const rest1 = madd(f32x4.sub(v128.load(other, 16), mean1), q1, r1);
    v128.store(to, madd(v128.load(from), p0, rest0));
    v128.store(to, madd(v128.load(from, 16), p1, rest1), 16);
    from += bytes;
  }
}

/** Fewer than eight columns, number by number. */
function stageRest(
  operand: usize,
  offset: usize,
  at: usize,
  end: usize,
  rows: i32,
  bytes: usize,
  panel: usize,
): void {
  for (let row: usize = 0; row < <usize>rows; row += 1) {
    const pixel = offset + row * bytes;
    for (let j: usize = 0; j < 32; j += 4)
      store<f32>(panel + (row << 5) + j, at + j < end ? valueAt(operand, pixel, at + j, bytes) : 0);
  }
}
