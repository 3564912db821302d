/**
 * Matrix products of any size over packed panels: `[columns / 8][depth][8]`, the last filled up with zeros. All
 * strides are in bytes. `tile` is 256 bytes of scratch for the edges, where a whole tile would not fit.
 */
import { packColumns, packPanels } from "./panels";
import { rowsOfTile, TILE_ROWS, tileOfFour, tileOfRows, tileOfSix } from "./tile";

/** Of the left factor: 96 rows of 512 numbers stay in the second cache, a panel of 512 in the first. */
export const BLOCK_ROWS: i32 = 96;
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
    for (let row = 0; row < rows; row += TILE_ROWS) {
      const height = min(TILE_ROWS, rows - row);
      const left = a + <usize>row * strideA;
      const target = c + <usize>row * strideC + ((<usize>column) << 2);
      if (height === TILE_ROWS && width === 8) {
        tileOfRows(depth, TILE_ROWS, left, strideA, panel, target, strideC, accumulate);
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
      packColumns(count, height, fromX, strideX, leftPanels);
      packPanels(count, 0, width, fromY, strideY, rightPanels);
    }
    sumOverRows(
      count,
      height,
      width,
      isNarrow ? fromX : leftPanels,
      isNarrow ? strideX : 0,
      isNarrow ? fromY : rightPanels,
      isNarrow ? strideY : 0,
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
 * @param a as `packColumns` leaves it, or as it lies with its rows `strideA` bytes apart, which is 0 otherwise.
 * @param b panels, or as it lies with its rows `strideB` bytes apart, which is 0 otherwise.
 */
export function sumOverRows(
  rows: i32,
  height: i32,
  width: i32,
  a: usize,
  strideA: usize,
  b: usize,
  strideB: usize,
  c: usize,
  strideC: usize,
  accumulate: bool,
  tile: usize,
): void {
  const panelColumn = (<usize>rows) << 2;
  const column: usize = strideA ? 4 : panelColumn;
  const stepB: usize = strideB ? 32 : 8 * panelColumn;
  const rowB: usize = strideB ? strideB : 32;
  let right = b;
  for (let first = 0; first < width; first += 8) {
    const wide = min(8, width - first);
    let left = a;
    for (let row = 0; row < height; ) {
      const high = rowsOfTile(height - row);
      const inside = min(high, height - row);
      const rowA: usize = strideA ? strideA : (<usize>high) << 2;
      const target = c + <usize>row * strideC + ((<usize>first) << 2);
      const fits = inside === high && wide === 8;
      const to = fits ? target : tile;
      const stride: usize = fits ? strideC : 32;
      if (high === 6) tileOfSix(rows, left, rowA, right, rowB, to, stride, fits && accumulate);
      else tileOfFour(rows, left, rowA, right, rowB, to, stride, fits && accumulate);
      if (!fits) placeTile(tile, inside, wide, target, strideC, accumulate);
      left += <usize>high * column;
      row += high;
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
