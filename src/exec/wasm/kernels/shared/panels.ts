/**
 * Packs matrices for the register tiles: panels are `[columns / 8][depth][8]`, and the last one is padded with zeros.
 * All strides are in bytes.
 */
import { rowsOfTile } from "./tile";

/** Packs columns `first` to `end` of `[depth, columns]` into their panels. `first` is a multiple of 8. */
export function packPanels(
  depth: i32,
  first: i32,
  end: i32,
  source: usize,
  stride: usize,
  panels: usize,
): void {
  let target = panels + ((<usize>first * <usize>depth) << 2);
  for (let column = first; column < end; column += 8) {
    let row = source + ((<usize>column) << 2);
    const width = min(8, end - column);
    for (let d = 0; d < depth; d += 1) {
      if (width === 8) {
        v128.store(target, v128.load(row));
        v128.store(target, v128.load(row, 16), 16);
      } else {
        for (let j: usize = 0; j < 8; j += 1)
          store<f32>(target + (j << 2), j < <usize>width ? load<f32>(row + (j << 2)) : 0);
      }
      target += 32;
      row += stride;
    }
  }
}

/**
 * Packs rows `first` to `end` of `[columns, depth]` into panels of the transposed matrix. `first` is a multiple of 8.
 */
export function packTransposed(
  depth: i32,
  first: i32,
  end: i32,
  source: usize,
  stride: usize,
  panels: usize,
): void {
  for (let column = first; column < end; column += 8) {
    const panel = panels + ((<usize>column * <usize>depth) << 2);
    const from = source + <usize>column * stride;
    const width = min(8, end - column);
    const squares = width === 8 ? depth & ~3 : 0;
    for (let d = 0; d < squares; d += 4) {
      const target = panel + ((<usize>d) << 5);
      transposeSquare(from + ((<usize>d) << 2), stride, target);
      transposeSquare(from + 4 * stride + ((<usize>d) << 2), stride, target + 16);
    }
    for (let d = squares; d < depth; d += 1) {
      const target = panel + ((<usize>d) << 5);
      for (let j = 0; j < 8; j += 1) {
        const value: f32 = j < width ? load<f32>(from + <usize>j * stride + ((<usize>d) << 2)) : 0;
        store<f32>(target + ((<usize>j) << 2), value);
      }
    }
  }
}

/**
 * Packs the columns of `[rows, columns]` as tiles read a transposed left factor: blocks of `[rows][6]` or `[rows][4]`
 * in turn, as `rowsOfTile` chooses. Values behind the last column are arbitrary.
 *
 * @param target room for as many rows of `columns` rounded up to a multiple of 8.
 */
export function packColumns(
  rows: i32,
  columns: i32,
  source: usize,
  stride: usize,
  target: usize,
): void {
  let to = target;
  for (let column = 0; column < columns; ) {
    const width = rowsOfTile(columns - column);
    let from = source + ((<usize>column) << 2);
    for (let row = 0; row < rows; row += 1) {
      v128.store(to, v128.load(from));
      if (width === 6) v128.store64_lane(to, v128.load64_zero(from, 16), 0, 16);
      to += (<usize>width) << 2;
      from += stride;
    }
    column += width;
  }
}

/**
 * Copies some rows out of panels into a matrix without gaps.
 *
 * @param panelBytes bytes from one panel to the next.
 * @param target room for 8 numbers more than the matrix has.
 */
export function takePanels(
  rows: i32,
  columns: i32,
  panels: usize,
  panelBytes: usize,
  target: usize,
): void {
  const bytes = (<usize>columns) << 2;
  let start = panels;
  let to = target;
  for (let row = 0; row < rows; row += 1) {
    let from = start;
    // A store may reach beyond the end of its row; the next row overwrites that.
    for (let at: usize = 0; at < bytes; at += 32) {
      v128.store(to + at, v128.load(from));
      v128.store(to + at, v128.load(from, 16), 16);
      from += panelBytes;
    }
    start += 32;
    to += bytes;
  }
}

/** Transposes a square of 4x4 numbers whose rows are `stride` bytes apart into one whose rows are 32 bytes apart. */
function transposeSquare(source: usize, stride: usize, target: usize): void {
  const a = v128.load(source);
  const b = v128.load(source + stride);
  const c = v128.load(source + 2 * stride);
  const d = v128.load(source + 3 * stride);
  const lowAB = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const lowCD = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const highAB = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const highCD = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(target, v128.shuffle<f32>(lowAB, lowCD, 0, 1, 4, 5));
  v128.store(target, v128.shuffle<f32>(lowAB, lowCD, 2, 3, 6, 7), 32);
  v128.store(target, v128.shuffle<f32>(highAB, highCD, 0, 1, 4, 5), 64);
  v128.store(target, v128.shuffle<f32>(highAB, highCD, 2, 3, 6, 7), 96);
}
