/** Dense layers and 1x1 convolutions: one matrix product over all pixels, in blocks of rows. */

import {
  DenseCall,
  DenseGradientsCall,
  DenseInputGradientCall,
  DenseKernelGradientCall,
  Factors,
  OperandKind,
  Product,
} from "./generated/calls";
import { BLOCK_ROWS, REDUCED_ROWS } from "./generated/sizes";
import { addRowVector } from "./shared/channels";
import { multiplyRows, NARROW_BYTES, sumOverRows, TILE_BYTES } from "./shared/gemm";
import { beginGradient, finishGradient } from "./shared/gradientEpilogue";
import { stageRows } from "./shared/operand";
import { takePanels } from "./shared/panels";
import { stageColumns, stagePanels } from "./shared/stagePanels";
import { partBytes, partStatistics } from "./shared/statistics";

/**
 * `y = x kernel + bias`. One chunk is a block of rows. Where statistics are wanted, it writes one part of them.
 *
 * @param scratch a tile, then the chunk's rows of `x`.
 */
export function dense(call: DenseCall, chunk: i32, scratch: usize): void {
  const bias = call.bias;
  const perChunk = call.rowsPerChunk;
  const parts = call.statisticsParts;
  const units = call.product.columns;
  const first = chunk * perChunk;
  const rows = min(perChunk, call.product.rows - first);
  const y = call.y + ((<usize>first * <usize>units) << 2);
  multiplyStaged(call.product, first, rows, y, scratch);
  if (bias) addRowVector(y, rows, units, bias);
  if (parts) partStatistics(y, rows, units, parts + <usize>chunk * partBytes(units));
}

/**
 * `dx = dy kernel^T`, where the panels hold the transposed kernel. One chunk is a block of rows.
 *
 * @param scratch a tile, then the chunk's rows of `dy` or those of the epilogue.
 */
export function denseInputGradient(call: DenseInputGradientCall, chunk: i32, scratch: usize): void {
  const perChunk = call.rowsPerChunk;
  const features = call.product.columns;
  const first = chunk * perChunk;
  const rows = min(perChunk, call.product.rows - first);
  const dx = call.dx + ((<usize>first * <usize>features) << 2);
  const epilogue = call.epilogue;
  beginGradient(epilogue, chunk, features);
  multiplyStaged(call.product, first, rows, dx, scratch);
  finishGradient(epilogue, chunk, first, rows, features, dx, scratch + TILE_BYTES);
}

/** Multiplies some rows of the left factor by the panels. */
function multiplyStaged(
  product: Product,
  first: i32,
  rows: i32,
  target: usize,
  scratch: usize,
): void {
  const depth = product.depth;
  const columns = product.columns;
  const left = stageRows(product.left, first, rows, depth, scratch + TILE_BYTES);
  const strideA = (<usize>depth) << 2;
  const strideC = (<usize>columns) << 2;
  const panels = product.panels;
  multiplyRows(rows, depth, columns, left, strideA, panels, target, strideC, scratch);
}

/**
 * `dkernel = x^T dy`. One chunk computes some rows of the result, summed over one part of the rows of `x` and `dy`;
 * the parts follow one another, for `sumParts`.
 *
 * @param scratch a tile, then `REDUCED_ROWS` rows in panels: of the chunk's features and of `dy`.
 */
export function denseKernelGradient(
  call: DenseKernelGradientCall,
  chunk: i32,
  scratch: usize,
): void {
  const features = call.factors.features;
  const units = call.factors.units;
  const perPart = call.rowsPerPart;
  const wide = call.featuresPerChunk;
  const part = chunk / call.chunksPerPart;
  const feature = (chunk - part * call.chunksPerPart) * wide;
  const own = min(wide, features - feature);
  const start = part * perPart;
  const end = min(call.factors.rows, start + perPart);
  const result = call.parts + ((<usize>((part * features + feature) * units)) << 2);
  const panelsX = scratch + TILE_BYTES;
  const panelsY = panelsX + reducedBytes(own);
  for (let row = start; row < end; row += REDUCED_ROWS) {
    const rows = min(REDUCED_ROWS, end - row);
    stagePanels(call.factors.dy, row, rows, units, panelsY);
    addKernelGradient(
      call.factors,
      row,
      rows,
      feature,
      own,
      panelsX,
      panelsY,
      result,
      row > start,
      scratch,
    );
  }
}

/** Bytes of `REDUCED_ROWS` rows of these columns in panels. */
function reducedBytes(columns: i32): usize {
  return (<usize>(((columns + 7) & ~7) * REDUCED_ROWS)) << 2;
}

/**
 * Adds some features of `x^T dy` over some rows.
 *
 * @param panelsX room for these features in panels.
 * @param panelsY `dy` in panels.
 */
function addKernelGradient(
  factors: Factors,
  row: i32,
  rows: i32,
  feature: i32,
  own: i32,
  panelsX: usize,
  panelsY: usize,
  result: usize,
  accumulate: bool,
  tile: usize,
): void {
  const features = factors.features;
  const units = factors.units;
  const operand = factors.x;
  const strideX = (<usize>features) << 2;
  // Narrow rows in memory need no packing.
  const lies = operand.kind === OperandKind.plain && strideX <= NARROW_BYTES;
  if (!lies) stageColumns(operand, row, rows, features, feature, own, panelsX);
  sumOverRows(
    rows,
    own,
    units,
    lies ? operand.source + <usize>row * strideX + ((<usize>feature) << 2) : panelsX,
    lies ? strideX : 0,
    panelsY,
    0,
    result,
    (<usize>units) << 2,
    accumulate,
    tile,
  );
}

/**
 * Computes both gradients with one pass over `dy`, where there are many rows. One chunk is a part of the rows. The
 * panels hold the transposed kernel.
 *
 * @param scratch a tile, then `REDUCED_ROWS` rows of `x` and of `dy` in panels, then a block of `dy`'s rows or those
 *   of the epilogue.
 */
export function denseGradients(call: DenseGradientsCall, chunk: i32, scratch: usize): void {
  const features = call.factors.features;
  const units = call.factors.units;
  const start = chunk * call.rowsPerPart;
  const end = min(call.factors.rows, start + call.rowsPerPart);
  const epilogue = call.epilogue;
  const strideX = (<usize>features) << 2;
  const strideY = (<usize>units) << 2;
  const result = call.parts + ((<usize>(chunk * features * units)) << 2);
  const panelsX = scratch + TILE_BYTES;
  const panelsY = panelsX + reducedBytes(features);
  const room = panelsY + reducedBytes(units);
  beginGradient(epilogue, chunk, features);
  for (let row = start; row < end; row += REDUCED_ROWS) {
    const rows = min(REDUCED_ROWS, end - row);
    const dx = call.dx + <usize>row * strideX;
    stagePanels(call.factors.dy, row, rows, units, panelsY);
    addKernelGradient(
      call.factors,
      row,
      rows,
      0,
      features,
      panelsX,
      panelsY,
      result,
      row > start,
      scratch,
    );
    const kernel = call.panels;
    for (let block = 0; block < rows; block += BLOCK_ROWS) {
      const count = min(BLOCK_ROWS, rows - block);
      const target = dx + <usize>block * strideX;
      takePanels(count, units, panelsY + ((<usize>block) << 5), (<usize>rows) << 5, room);
      multiplyRows(count, units, features, room, strideY, kernel, target, strideX, scratch);
      finishGradient(epilogue, chunk, row + block, count, features, target, room);
    }
  }
}
