/**
 * Depthwise convolution under Xception's window: 3x3, stride 1, a result as large as the map. Each line of an operand is
 * laid out by groups of channels once, computed while that happens where it was never stored, and waits in a ring.
 */
import { addRowVector } from "./channels";
import { addFilterGradient, convolveLine, layOutFilter, takeFilter } from "./shared/depthwiseLine";
import { channelsOf, heightOf, imagesOf, widthOf } from "./shared/geometry";
import { beginGradient, finishGradient } from "./shared/gradientEpilogue";
import { groupsOf, stageGroups, takeGroups, takePassing } from "./shared/groups";
import { addressAt, argumentsAt, intAt } from "./shared/record";
import { clearRing, lineAt, turnRing } from "./shared/ring";
import { blockRows } from "./shared/rows";

/** Of a filter by groups. */
function filterBytes(channels: i32): usize {
  return (<usize>(36 * groupsOf(channels))) << 2;
}
/** Of a line by groups, with one place more. */
function lineBytes(width: i32, channels: i32): usize {
  return (<usize>(groupsOf(channels) * (width + 1))) << 4;
}

/**
 * One chunk is some lines of the batch.
 *
 * Arguments: window, x (operand), filter, bias or 0, y, lines of a chunk.
 *
 * @param scratch filter, a line of the result, ring.
 */
export function depthwise3x3(record: usize, chunk: i32, scratch: usize): void {
  const g = argumentsAt(record, 0);
  const width = widthOf(g);
  const channels = channelsOf(g);
  const bias = addressAt(record, 21);
  const result = scratch + filterBytes(channels);
  const ring = result + lineBytes(width, channels);
  const first = chunk * intAt(record, 23);
  const end = min(imagesOf(g) * heightOf(g), first + intAt(record, 23));
  layOutFilter(addressAt(record, 20), channels, false, scratch);
  clearRing(ring, g);
  for (let line = first; line < end; line += 1) {
    turnRing(ring, g, argumentsAt(record, 16), line, line === first);
    const y = addressAt(record, 22) + ((<usize>line * <usize>(width * channels)) << 2);
    convolve(ring, line % heightOf(g), g, scratch, result, 0, y);
    if (bias) addRowVector(y, width, channels, bias);
  }
}

/**
 * The gradients of filter and input from one read of `dy`; either is left out where its address is 0.
 *
 * One chunk is some lines of the batch; its part is a filter.
 *
 * Arguments: window, x (operand), dy (operand), filter, parts or 0, dx or 0, whether the gradient of the ReLU that gave
 * `x` joins, lines of a chunk, what else follows on `dx` (`shared/gradientEpilogue.ts`).
 *
 * @param scratch filter, its gradient, a line of the result, a line of `x`, `blockRows` rows, ring.
 */
export function depthwise3x3Gradients(record: usize, chunk: i32, scratch: usize): void {
  const g = argumentsAt(record, 0);
  const width = widthOf(g);
  const channels = channelsOf(g);
  const gradient = scratch + filterBytes(channels);
  const result = gradient + filterBytes(channels);
  const x = result + lineBytes(width, channels);
  const block = x + lineBytes(width, channels);
  const ring = block + ((<usize>(blockRows(channels) * channels)) << 2);
  const parts = addressAt(record, 25);
  const epilogue = argumentsAt(record, 29);
  const first = chunk * intAt(record, 28);
  const end = min(imagesOf(g) * heightOf(g), first + intAt(record, 28));
  if (addressAt(record, 26)) layOutFilter(addressAt(record, 24), channels, true, scratch);
  memory.fill(gradient, 0, filterBytes(channels));
  clearRing(ring, g);
  beginGradient(epilogue, chunk, channels);
  for (let line = first; line < end; line += 1) {
    const pixel = line * width;
    const row = line % heightOf(g);
    turnRing(ring, g, argumentsAt(record, 20), line, line === first);
    if (parts) {
      stageGroups(argumentsAt(record, 16), pixel, width, channels, x);
      correlate(ring, row, g, x, gradient);
    }
    if (!addressAt(record, 26)) continue;
    const dx = addressAt(record, 26) + ((<usize>pixel * <usize>channels) << 2);
    convolve(ring, row, g, scratch, result, intAt(record, 27) ? x : 0, dx);
    finishGradient(epilogue, chunk, pixel, width, channels, dx, block);
  }
  if (parts) takeFilter(gradient, channels, parts + ((<usize>(chunk * 9 * channels)) << 2));
}

/**
 * @param mask what a ReLU gave, by groups; 0 where there is none.
 * @param result a line by groups where the result cannot be written as it comes, behind 16 bytes to spill into.
 */
function convolve(
  ring: usize,
  row: i32,
  g: usize,
  filter: usize,
  result: usize,
  mask: usize,
  target: usize,
): void {
  const width = widthOf(g);
  const channels = channelsOf(g);
  const isDirect = !mask && (channels & 3) === 0;
  const group: usize = isDirect ? 16 : (<usize>width) << 4;
  convolveLine(
    lineAt(ring, g, row - 1),
    lineAt(ring, g, row),
    lineAt(ring, g, row + 1),
    filter,
    width,
    channels,
    isDirect ? target : result + 16,
    isDirect ? (<usize>channels) << 2 : 16,
    group,
    result,
  );
  if (isDirect) return;
  if (mask) takePassing(result + 16, group, mask, width, channels, target);
  else takeGroups(result + 16, group, width, channels, target);
}

function correlate(ring: usize, row: i32, g: usize, x: usize, gradient: usize): void {
  addFilterGradient(
    lineAt(ring, g, row - 1),
    lineAt(ring, g, row),
    lineAt(ring, g, row + 1),
    x,
    widthOf(g),
    channelsOf(g),
    gradient,
  );
}
