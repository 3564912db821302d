/**
 * Matrix products of any size over packed panels: `[columns / 8][depth][8]`, the last filled up with zeros. All
 * strides are in bytes. `tile` is 256 bytes of scratch for the edges, where a whole 8x8 tile would not fit.
 */
import { packPanels, packTransposed, turnPanels } from "./panels";
import { tileOfPanels, tileOfRows } from "./tile";

/** Of the left factor: 128 rows of 512 numbers stay in the second cache, a panel of 512 in the first. */
const BLOCK_ROWS: i32 = 128;
const BLOCK_DEPTH: i32 = 512;
/** Rows summed at once where the sum goes over rows. */
export const REDUCED_ROWS: i32 = 384;
/** Of a row that a product over rows reads as it lies: a tile would touch as many cache lines of wider ones as there are rows. */
export const NARROW_BYTES: usize = 256;

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

/**
 * As `multiplyPackedRows`, of rows that lie in panels.
 *
 * @param leftPanels room for `BLOCK_ROWS * min(depth, BLOCK_DEPTH)` numbers, and 64 more.
 */
export function multiplyTurnedPanels(
  rows: i32,
  depth: i32,
  columns: i32,
  a: usize,
  panels: usize,
  c: usize,
  strideC: usize,
  tile: usize,
  leftPanels: usize,
): void {
  const panelBytes = (<usize>rows) << 5;
  for (let block = 0; block < rows; block += BLOCK_ROWS) {
    const height = min(BLOCK_ROWS, rows - block);
    for (let start = 0; start < depth; start += BLOCK_DEPTH) {
      const part = min(BLOCK_DEPTH, depth - start);
      const from = a + <usize>(start >> 3) * panelBytes + ((<usize>block) << 5);
      turnPanels(part, height, from, panelBytes, leftPanels);
      multiplyPanels(
        height,
        part,
        columns,
        leftPanels,
        panels + ((<usize>start) << 5),
        depth,
        c + <usize>block * strideC,
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
    const left = isNarrow ? fromX : leftPanels;
    const right = isNarrow ? fromY : rightPanels;
    const step: usize = isNarrow ? 32 : (<usize>count) << 5;
    sumOverRows(
      count,
      height,
      width,
      left,
      step,
      isNarrow ? strideX : 32,
      right,
      step,
      isNarrow ? strideY : 32,
      c,
      strideC,
      accumulate,
      tile,
    );
  }
}

/**
 * As `multiplyTransposed` of at most `REDUCED_ROWS` rows, of factors that lie as a tile reads them.
 *
 * @param stepA from eight columns of `a` to the next eight, in panels or as they lie.
 * @param strideA from a row of theirs to the next.
 */
export function sumOverRows(
  rows: i32,
  height: i32,
  width: i32,
  a: usize,
  stepA: usize,
  strideA: usize,
  b: usize,
  stepB: usize,
  strideB: usize,
  c: usize,
  strideC: usize,
  accumulate: bool,
  tile: usize,
): void {
  let right = b;
  for (let column = 0; column < width; column += 8) {
    const wide = min(8, width - column);
    let left = a;
    for (let row = 0; row < height; row += 8) {
      const high = min(8, height - row);
      const target = c + <usize>row * strideC + ((<usize>column) << 2);
      if (high === 8 && wide === 8) {
        tileOfPanels(rows, left, strideA, right, strideB, target, strideC, accumulate);
      } else {
        tileOfPanels(rows, left, strideA, right, strideB, tile, 32, false);
        placeTile(tile, high, wide, target, strideC, accumulate);
      }
      left += stepA;
    }
    right += stepB;
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
