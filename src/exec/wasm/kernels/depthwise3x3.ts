/**
 * Depthwise convolution under Xception's window: 3x3, stride 1, a result as large as the map. Lines go through a ring
 * (`shared/ring.ts`), so that operands that were never stored are computed once, and so that channels that are a
 * power of two do not fall into the same sets of the cache.
 */
import { addRowVector } from "./channels";
import {
  addFilterGradient,
  convolveLine,
  layOutFilter,
  takeFilter,
  toVectors,
} from "./shared/depthwiseLine";
import { channelsOf, heightOf, imagesOf, widthOf } from "./shared/geometry";
import { beginGradient, finishGradient } from "./shared/gradientEpilogue";
import { stageRows } from "./shared/operand";
import { addressAt, argumentsAt, intAt } from "./shared/record";
import { clearRing, lineAt, lineBytes, turnRing } from "./shared/ring";
import { blockRows, maskValues } from "./shared/rows";

/** Numbers of a laid out filter, and of a line with one more pixel to spill into: as `lower/depthwise.ts` counts them. */
function filterBytes(channels: i32): usize {
  return (<usize>(9 * toVectors(channels))) << 2;
}
function paddedLineBytes(width: i32, channels: i32): usize {
  return (<usize>((width + 1) * toVectors(channels))) << 2;
}

/**
 * One chunk is some lines of the batch.
 *
 * Arguments: window, x (operand), filter, bias or 0, y, lines of a chunk.
 *
 * @param scratch filter, result of a line, ring.
 */
export function depthwise3x3(record: usize, chunk: i32, scratch: usize): void {
  const g = argumentsAt(record, 0);
  const height = heightOf(g);
  const width = widthOf(g);
  const channels = channelsOf(g);
  const bias = addressAt(record, 21);
  const result = scratch + filterBytes(channels);
  const ring = result + paddedLineBytes(width, channels);
  const first = chunk * intAt(record, 23);
  const end = min(imagesOf(g) * height, first + intAt(record, 23));
  layOutFilter(addressAt(record, 20), channels, false, scratch);
  clearRing(ring, width, channels);
  for (let line = first; line < end; line += 1) {
    turnRing(ring, g, argumentsAt(record, 16), line, line === first);
    const y = addressAt(record, 22) + ((<usize>line * <usize>(width * channels)) << 2);
    convolve(ring, line % height, g, scratch, result, y);
    if (bias) addRowVector(y, width, channels, bias);
  }
}

/**
 * The gradients of filter and input from one read of `dy`; either is left out where its address is 0.
 *
 * One chunk is some lines of the batch; its part is a filter.
 *
 * Arguments: window, x (operand), dy (operand), filter, parts or 0, dx or 0, whether `x` is a ReLU's output whose mask
 * joins, lines of a chunk, what else follows on `dx` (`shared/gradientEpilogue.ts`).
 *
 * @param scratch filter, its gradient, result of a line, line of `x`, `blockRows` rows, ring.
 */
export function depthwise3x3Gradients(record: usize, chunk: i32, scratch: usize): void {
  const g = argumentsAt(record, 0);
  const width = widthOf(g);
  const channels = channelsOf(g);
  const gradient = scratch + filterBytes(channels);
  const result = gradient + filterBytes(channels);
  const staged = result + paddedLineBytes(width, channels);
  const block = staged + paddedLineBytes(width, channels);
  const ring = block + ((<usize>(blockRows(channels) * channels)) << 2);
  const parts = addressAt(record, 25);
  const epilogue = argumentsAt(record, 29);
  const first = chunk * intAt(record, 28);
  const end = min(imagesOf(g) * heightOf(g), first + intAt(record, 28));
  layOutFilter(addressAt(record, 24), channels, true, scratch);
  memory.fill(gradient, 0, filterBytes(channels));
  clearRing(ring, width, channels);
  beginGradient(epilogue, chunk, channels);
  for (let line = first; line < end; line += 1) {
    turnRing(ring, g, argumentsAt(record, 20), line, line === first);
    const needsX = parts !== 0 || intAt(record, 27) !== 0;
    const pixel = line * width;
    const x = needsX ? stageRows(argumentsAt(record, 16), pixel, width, channels, staged) : 0;
    if (parts) correlate(ring, line % heightOf(g), g, x, gradient);
    if (!addressAt(record, 26)) continue;
    const dx = addressAt(record, 26) + ((<usize>pixel * <usize>channels) << 2);
    convolve(ring, line % heightOf(g), g, scratch, result, dx);
    if (intAt(record, 27)) maskValues(dx, x, width * channels, dx);
    finishGradient(epilogue, chunk, pixel, width, channels, dx, block);
  }
  if (parts) takeFilter(gradient, channels, parts + ((<usize>(chunk * 9 * channels)) << 2));
}

/** @param result a line with one more pixel to spill into. */
function convolve(ring: usize, row: i32, g: usize, filter: usize, result: usize, y: usize): void {
  const height = heightOf(g);
  const width = widthOf(g);
  const channels = channelsOf(g);
  const bytes = lineBytes(width, channels);
  const pixel = (<usize>toVectors(channels)) << 2;
  const isWhole = toVectors(channels) === channels;
  convolveLine(
    lineAt(ring, row - 1, height, bytes),
    lineAt(ring, row, height, bytes),
    lineAt(ring, row + 1, height, bytes),
    filter,
    width,
    channels,
    isWhole ? y : result,
    pixel,
    result + <usize>width * pixel,
  );
  if (isWhole) return;
  const own = (<usize>channels) << 2;
  for (let column: usize = 0; column < <usize>width; column += 1)
    memory.copy(y + column * own, result + column * pixel, own);
}

function correlate(ring: usize, row: i32, g: usize, x: usize, gradient: usize): void {
  const height = heightOf(g);
  const width = widthOf(g);
  const channels = channelsOf(g);
  const bytes = lineBytes(width, channels);
  addFilterGradient(
    lineAt(ring, row - 1, height, bytes),
    lineAt(ring, row, height, bytes),
    lineAt(ring, row + 1, height, bytes),
    x,
    lineAt(ring, -1, height, bytes),
    width,
    channels,
    gradient,
  );
}
