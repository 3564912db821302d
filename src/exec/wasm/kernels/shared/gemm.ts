/**
 * Matrix products of any size. The right factor is packed in panels, `[columns / 8][depth][8]`, and the last panel is
 * padded with zeros. All strides are in bytes. `tile` is scratch memory of `TILE_BYTES` for the edges of the result,
 * where a whole tile does not fit.
 */
import { BLOCK_ROWS, REDUCED_ROWS, TILE_NUMBERS } from "../generated/sizes";
import { tileOfFour, tileOfRows, tileOfSix } from "../generated/tiles";
import { packColumns, packPanels } from "./panels";
import { rowsOfTile, TILE_ROWS } from "./tile";

/** Bytes of scratch memory that every product needs for the edges of its result. */
export const TILE_BYTES: usize = (<usize>TILE_NUMBERS) << 2;
/** Rows of a panel that are multiplied at once: 512 of them stay in the first-level cache. */
const BLOCK_DEPTH: i32 = 512;
/**
 * A product that sums over rows reads its factors without packing them if a row has at most this many bytes. In wider rows a
 * tile would touch a cache line for every row.
 */
export const NARROW_BYTES: usize = 256;

/** `c = a b`, where `a` is `[rows, depth]` with the given stride and `b` is packed. */
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
 * As `multiplyRows`, but a row of `a` consists of several runs of numbers, with `runStride` bytes from one to the
 * next.
 */
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

/**
 * Multiplies a block that fits the caches (cache blocking).
 *
 * @param panelStride bytes of the panels for one column, an eighth of a panel.
 */
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
 * `c = x^T y`, or `c += x^T y` where `adds`. `x` is `[rows, height]`, `y` is `[rows, width]`, and the sum goes over
 * rows.
 *
 * @param scratch `TILE_NUMBERS + REDUCED_ROWS * (height + width)` numbers, both sides rounded up to multiples of 8.
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
  const leftPanels = scratch + TILE_BYTES;
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
 * As `multiplyTransposed`, for at most `REDUCED_ROWS` rows and for factors in a layout that a tile can read.
 *
 * @param a the result of `packColumns` with a `strideA` of 0, or a matrix whose rows are `strideA` bytes apart.
 * @param b panels with a `strideB` of 0, or a matrix whose rows are `strideB` bytes apart.
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

/** Copies or adds the part of a tile that lies inside the result. */
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
