/**
 * Matrix products of any size over packed panels: `[columns / 8][depth][8]`, the last filled up with zeros. All
 * strides are in bytes. `tile` is 256 bytes of scratch for the edges, where a whole 8x8 tile would not fit.
 */
import { tileOfPanels, tileOfRows } from "./tile";

/** Of the left factor: 128 rows of 512 numbers stay in the second cache, a panel of 512 in the first. */
const BLOCK_ROWS: i32 = 128;
const BLOCK_DEPTH: i32 = 512;
/** Rows summed at once where the sum goes over rows. */
export const REDUCED_ROWS: i32 = 384;
/** Of a row that a product over rows reads as it lies. */
const NARROW_BYTES: usize = 256;

/** Columns `first` to `end` of `[depth, columns]` -> their panels; `first` is a multiple of 8. */
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

/** Rows `first` to `end` of `[columns, depth]` -> panels of the transpose; `first` is a multiple of 8. */
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

/** Four rows of four numbers, `stride` bytes apart -> their columns, 32 bytes apart. */
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

/** `c = a b`: `a` `[rows, depth]` as it lies, `b` packed. */
export function multiplyRows(
  rows: i32,
  depth: i32,
  columns: i32,
  a: usize,
  strideA: usize,
  panels: usize,
  c: usize,
  strideC: usize,
  tile: usize,
): void {
  multiplyRuns(rows, depth, 1, 0, columns, a, strideA, panels, c, strideC, tile);
}

/**
 * As `multiplyRows` for many columns, which read the left factor so often that packing it first pays.
 *
 * @param leftPanels room for `BLOCK_ROWS * min(depth, BLOCK_DEPTH)` numbers.
 */
export function multiplyPackedRows(
  rows: i32,
  depth: i32,
  columns: i32,
  a: usize,
  strideA: usize,
  panels: usize,
  c: usize,
  strideC: usize,
  tile: usize,
  leftPanels: usize,
): void {
  for (let block = 0; block < rows; block += BLOCK_ROWS) {
    const height = min(BLOCK_ROWS, rows - block);
    const target = c + <usize>block * strideC;
    for (let start = 0; start < depth; start += BLOCK_DEPTH) {
      const part = min(BLOCK_DEPTH, depth - start);
      const from = a + <usize>block * strideA + ((<usize>start) << 2);
      packTransposed(part, 0, height, from, strideA, leftPanels);
      multiplyPanels(
        height,
        part,
        columns,
        leftPanels,
        panels + ((<usize>start) << 5),
        depth,
        target,
        strideC,
        start > 0,
        tile,
      );
    }
  }
}

/** @param fullDepth of the right factor's panels, of which `depth` are multiplied. */
function multiplyPanels(
  rows: i32,
  depth: i32,
  columns: i32,
  leftPanels: usize,
  rightPanels: usize,
  fullDepth: i32,
  c: usize,
  strideC: usize,
  accumulate: bool,
  tile: usize,
): void {
  for (let column = 0; column < columns; column += 8) {
    const right = rightPanels + ((<usize>column * <usize>fullDepth) << 2);
    const width = min(8, columns - column);
    for (let row = 0; row < rows; row += 8) {
      const left = leftPanels + ((<usize>row * <usize>depth) << 2);
      const height = min(8, rows - row);
      const target = c + <usize>row * strideC + ((<usize>column) << 2);
      if (height === 8 && width === 8) {
        tileOfPanels(depth, left, 32, right, 32, target, strideC, accumulate);
      } else {
        tileOfPanels(depth, left, 32, right, 32, tile, 32, false);
        placeTile(tile, height, width, target, strideC, accumulate);
      }
    }
  }
}

/** As `multiplyRows`, where a row of `a` is several runs of numbers, each `runStride` bytes behind the one before. */
export function multiplyRuns(
  rows: i32,
  run: i32,
  runs: i32,
  runStride: usize,
  columns: i32,
  a: usize,
  strideA: usize,
  panels: usize,
  c: usize,
  strideC: usize,
  tile: usize,
): void {
  for (let block = 0; block < rows; block += BLOCK_ROWS) {
    const height = min(BLOCK_ROWS, rows - block);
    const left = a + <usize>block * strideA;
    const target = c + <usize>block * strideC;
    for (let index = 0; index < runs; index += 1) {
      for (let start = 0; start < run; start += BLOCK_DEPTH) {
        multiplyBlock(
          height,
          min(BLOCK_DEPTH, run - start),
          columns,
          left + <usize>index * runStride + ((<usize>start) << 2),
          strideA,
          panels + ((<usize>(index * run + start)) << 5),
          (<usize>(run * runs)) << 2,
          target,
          strideC,
          index + start > 0,
          tile,
        );
      }
    }
  }
}

/** @param panelStride bytes from column to column of the panels, an eighth of a panel. */
function multiplyBlock(
  rows: i32,
  depth: i32,
  columns: i32,
  a: usize,
  strideA: usize,
  panels: usize,
  panelStride: usize,
  c: usize,
  strideC: usize,
  accumulate: bool,
  tile: usize,
): void {
  for (let column = 0; column < columns; column += 8) {
    const panel = panels + <usize>column * panelStride;
    const width = min(8, columns - column);
    for (let row = 0; row < rows; row += 8) {
      const height = min(8, rows - row);
      const left = a + <usize>row * strideA;
      const target = c + <usize>row * strideC + ((<usize>column) << 2);
      if (height === 8 && width === 8) {
        tileOfRows(depth, 8, left, strideA, panel, target, strideC, accumulate);
      } else {
        tileOfRows(depth, height, left, strideA, panel, tile, 32, false);
        placeTile(tile, height, width, target, strideC, accumulate);
      }
    }
  }
}

/**
 * `c = x^T y`, or `c += x^T y`: `x` `[rows, height]`, `y` `[rows, width]`, the sum over rows.
 *
 * @param scratch `64 + 256 * (height + width)` numbers, each of the two rounded up to 8.
 */
export function multiplyTransposed(
  rows: i32,
  height: i32,
  width: i32,
  x: usize,
  strideX: usize,
  y: usize,
  strideY: usize,
  c: usize,
  strideC: usize,
  adds: bool,
  scratch: usize,
): void {
  const tile = scratch;
  const leftPanels = scratch + 256;
  const rightPanels = leftPanels + ((<usize>((height + 7) & ~7) * REDUCED_ROWS) << 2);
  // Narrow rows are read as they lie; of wide ones a tile would touch as many cache lines as there are rows.
  const isNarrow = strideX <= NARROW_BYTES && strideY <= NARROW_BYTES;
  for (let block = 0; block < rows; block += REDUCED_ROWS) {
    const count = min(REDUCED_ROWS, rows - block);
    const accumulate = adds || block > 0;
    const fromX = x + <usize>block * strideX;
    const fromY = y + <usize>block * strideY;
    if (!isNarrow) {
      packPanels(count, 0, height, fromX, strideX, leftPanels);
      packPanels(count, 0, width, fromY, strideY, rightPanels);
    }
    const strideA = isNarrow ? strideX : 32;
    const strideB = isNarrow ? strideY : 32;
    for (let column = 0; column < width; column += 8) {
      const right = isNarrow
        ? fromY + ((<usize>column) << 2)
        : rightPanels + ((<usize>column * <usize>count) << 2);
      const wide = min(8, width - column);
      for (let row = 0; row < height; row += 8) {
        const left = isNarrow
          ? fromX + ((<usize>row) << 2)
          : leftPanels + ((<usize>row * <usize>count) << 2);
        const high = min(8, height - row);
        const target = c + <usize>row * strideC + ((<usize>column) << 2);
        if (high === 8 && wide === 8) {
          tileOfPanels(count, left, strideA, right, strideB, target, strideC, accumulate);
        } else {
          tileOfPanels(count, left, strideA, right, strideB, tile, 32, false);
          placeTile(tile, high, wide, target, strideC, accumulate);
        }
      }
    }
  }
}

/** The part of a tile that is inside the result. */
function placeTile(
  tile: usize,
  height: i32,
  width: i32,
  c: usize,
  strideC: usize,
  accumulate: bool,
): void {
  for (let row = 0; row < height; row += 1) {
    for (let column: usize = 0; column < <usize>width; column += 1) {
      const at = c + <usize>row * strideC + (column << 2);
      const value = load<f32>(tile + (((<usize>row * 8 + column) as usize) << 2));
      store<f32>(at, accumulate ? load<f32>(at) + value : value);
    }
  }
}
