/** Dense layers and 1x1 convolutions: one matrix product over all pixels, in blocks of rows. */
import { addRowVector } from "./channels";
import { multiplyPackedRows, multiplyRows, multiplyTransposed, REDUCED_ROWS } from "./shared/gemm";
import { beginGradient, finishGradient } from "./shared/gradientEpilogue";
import { stageRows } from "./shared/operand";
import { addressAt, argumentsAt, intAt } from "./shared/record";
import { partBytes, partStatistics } from "./shared/statistics";

/**
 * `y = x kernel + bias`. One chunk is a block of rows, and gives a part of their statistics where these are wanted.
 *
 * Arguments: rows, features, units, x (operand), panels, bias or 0, y, rows of a chunk, statistics' parts or 0.
 *
 * @param scratch a tile of 64 numbers, then the chunk's rows of `x` twice: as they are, and packed.
 */
export function dense(record: usize, chunk: i32, scratch: usize): void {
  const bias = addressAt(record, 8);
  const perChunk = intAt(record, 10);
  const parts = addressAt(record, 11);
  const units = intAt(record, 2);
  const first = chunk * perChunk;
  const rows = min(perChunk, intAt(record, 0) - first);
  const y = addressAt(record, 9) + ((<usize>first * <usize>units) << 2);
  multiplyStaged(record, first, rows, y, scratch);
  if (bias) addRowVector(y, rows, units, bias);
  if (parts) partStatistics(y, rows, units, parts + <usize>chunk * partBytes(units));
}

/**
 * `dx = dy kernel^T`, the panels holding the transposed kernel. One chunk is a block of rows.
 *
 * Arguments: rows, units, features, dy (operand), panels, 0, dx, rows of a chunk, epilogue (`shared/gradientEpilogue.ts`).
 *
 * @param scratch a tile of 64 numbers, then the chunk's rows of `dy` twice, or those of the epilogue.
 */
export function denseInputGradient(record: usize, chunk: i32, scratch: usize): void {
  const perChunk = intAt(record, 10);
  const features = intAt(record, 2);
  const first = chunk * perChunk;
  const rows = min(perChunk, intAt(record, 0) - first);
  const dx = addressAt(record, 9) + ((<usize>first * <usize>features) << 2);
  const epilogue = argumentsAt(record, 11);
  beginGradient(epilogue, chunk, features);
  multiplyStaged(record, first, rows, dx, scratch);
  finishGradient(epilogue, chunk, first, rows, features, dx, scratch + 256);
}

/** Rows of the left factor times the panels: the first eight arguments of both. */
function multiplyStaged(record: usize, first: i32, rows: i32, target: usize, scratch: usize): void {
  const depth = intAt(record, 1);
  const columns = intAt(record, 2);
  const staged = scratch + 256;
  const left = stageRows(argumentsAt(record, 3), first, rows, depth, staged);
  const room = staged + ((<usize>rows * <usize>depth) << 2);
  multiply(rows, depth, columns, left, addressAt(record, 7), target, scratch, room);
}

/** Columns from which on the left factor is packed. */
const MANY_COLUMNS: i32 = 256;

/** @param room for the left factor packed, where there are many columns. */
function multiply(
  rows: i32,
  depth: i32,
  columns: i32,
  left: usize,
  panels: usize,
  target: usize,
  tile: usize,
  room: usize,
): void {
  const strideA = (<usize>depth) << 2;
  const strideC = (<usize>columns) << 2;
  if (columns < MANY_COLUMNS)
    multiplyRows(rows, depth, columns, left, strideA, panels, target, strideC, tile);
  else multiplyPackedRows(rows, depth, columns, left, strideA, panels, target, strideC, tile, room);
}

/**
 * `dkernel = x^T dy`. One chunk is some rows of the result, summed over one part of the rows of `x` and `dy`; the
 * parts lie one behind the other, for `sumParts`.
 *
 * Arguments: rows, features, units, x (operand), dy (operand), parts, rows of a part, features of a chunk, chunks of a
 * part.
 *
 * @param scratch as `multiplyTransposed` for a chunk, then `REDUCED_ROWS` rows of `x` and of `dy`.
 */
export function denseKernelGradient(record: usize, chunk: i32, scratch: usize): void {
  const features = intAt(record, 1);
  const units = intAt(record, 2);
  const perPart = intAt(record, 12);
  const wide = intAt(record, 13);
  const part = chunk / intAt(record, 14);
  const feature = (chunk - part * intAt(record, 14)) * wide;
  const own = min(wide, features - feature);
  const end = min(intAt(record, 0), (part + 1) * perPart);
  const strideX = (<usize>features) << 2;
  const strideY = (<usize>units) << 2;
  const result = addressAt(record, 11) + <usize>(part * features + feature) * strideY;
  const stagedX =
    scratch + 256 + ((<usize>(((own + 7) & ~7) + ((units + 7) & ~7)) * REDUCED_ROWS) << 2);
  const stagedY = stagedX + <usize>REDUCED_ROWS * strideX;
  for (let row = part * perPart; row < end; row += REDUCED_ROWS) {
    const rows = min(REDUCED_ROWS, end - row);
    const x = stageRows(argumentsAt(record, 3), row, rows, features, stagedX);
    const dy = stageRows(argumentsAt(record, 7), row, rows, units, stagedY);
    multiplyTransposed(
      rows,
      own,
      units,
      x + ((<usize>feature) << 2),
      strideX,
      dy,
      strideY,
      result,
      strideY,
      row > part * perPart,
      scratch,
    );
  }
}

/**
 * Both gradients with one look at `dy`, for many rows: one chunk is a part of them.
 *
 * Arguments: rows, features, units, x (operand), dy (operand), panels of the transposed kernel, dx, parts of dkernel, rows
 * of a part, epilogue of dx (`shared/gradientEpilogue.ts`).
 *
 * @param scratch as `multiplyTransposed`, then `REDUCED_ROWS` rows of `x` and of `dy`.
 */
export function denseGradients(record: usize, chunk: i32, scratch: usize): void {
  const features = intAt(record, 1);
  const units = intAt(record, 2);
  const panels = addressAt(record, 11);
  const start = chunk * intAt(record, 14);
  const end = min(intAt(record, 0), start + intAt(record, 14));
  const epilogue = argumentsAt(record, 15);
  const strideX = (<usize>features) << 2;
  const strideY = (<usize>units) << 2;
  const result = addressAt(record, 13) + <usize>(chunk * features) * strideY;
  const packed = <usize>(((features + 7) & ~7) + ((units + 7) & ~7));
  const stagedX = scratch + 256 + ((packed * REDUCED_ROWS) << 2);
  const stagedY = stagedX + <usize>REDUCED_ROWS * strideX;
  beginGradient(epilogue, chunk, features);
  for (let row = start; row < end; row += REDUCED_ROWS) {
    const rows = min(REDUCED_ROWS, end - row);
    const dx = addressAt(record, 12) + <usize>row * strideX;
    const x = stageRows(argumentsAt(record, 3), row, rows, features, stagedX);
    const dy = stageRows(argumentsAt(record, 7), row, rows, units, stagedY);
    multiplyTransposed(
      rows,
      features,
      units,
      x,
      strideX,
      dy,
      strideY,
      result,
      strideY,
      row > start,
      scratch,
    );
    multiply(rows, units, features, dy, panels, dx, scratch, scratch + 256);
    finishGradient(epilogue, chunk, row, rows, features, dx, stagedX);
  }
}
