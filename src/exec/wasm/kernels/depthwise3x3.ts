/**
 * Depthwise convolution with Xception's window: 3x3, stride 1, and a result as large as the map. Each line of an
 * operand is copied, or computed where it was never stored, into groups of channels once, and stays in a ring buffer.
 */

import {
  Depthwise3x3Call,
  Depthwise3x3GradientsCall,
  FusedActivation,
  SlidingWindow,
} from "./generated/calls";
import { takeGroups, takeMasked } from "./generated/masks";
import { stageGroups } from "./generated/operands";
import { addRowVector } from "./shared/channels";
import { addFilterGradient, convolveLine, layOutFilter, takeFilter } from "./shared/depthwiseLine";
import { beginGradient, finishGradient } from "./shared/gradientEpilogue";
import { groupsOf } from "./shared/groups";
import { clearRing, lineAt, turnRing } from "./shared/ring";
import { blockRows } from "./shared/rows";

/** Bytes of a filter by groups. */
function filterBytes(channels: i32): usize {
  return (<usize>(36 * groupsOf(channels))) << 2;
}
/** Bytes of a line by groups with room for one more result. */
function lineBytes(width: i32, channels: i32): usize {
  return (<usize>(groupsOf(channels) * (width + 1))) << 4;
}

/**
 * One chunk is some lines of the batch.
 *
 * @param scratch the filter, a line of the result, then the ring buffer.
 */
export function depthwise3x3(call: Depthwise3x3Call, chunk: i32, scratch: usize): void {
  const window = call.window;
  const width = window.width;
  const channels = window.channels;
  const bias = call.bias;
  const result = scratch + filterBytes(channels);
  const ring = result + lineBytes(width, channels);
  const first = chunk * call.linesPerChunk;
  const end = min(window.images * window.height, first + call.linesPerChunk);
  layOutFilter(call.filter, channels, false, scratch);
  clearRing(ring, window);
  for (let line = first; line < end; line += 1) {
    turnRing(ring, window, call.x, line, line === first);
    const y = call.y + ((<usize>line * <usize>(width * channels)) << 2);
    convolve(ring, line % window.height, window, scratch, result, FusedActivation.none, 0, y);
    if (bias) addRowVector(y, width, channels, bias);
  }
}

/**
 * Computes the gradients of filter and input with one pass over `dy`. An address of 0 leaves one of them out. Where
 * `x` is the output of the activation `maskByX`, `dx` is masked with the line of `x` that is already loaded.
 *
 * One chunk is some lines of the batch and writes the filter's gradient over these lines.
 *
 * @param scratch the filter, its gradient, a line of the result, a line of `x`, `blockRows` rows, then the ring
 * buffer.
 */
export function depthwise3x3Gradients(
  call: Depthwise3x3GradientsCall,
  chunk: i32,
  scratch: usize,
): void {
  const window = call.window;
  const width = window.width;
  const channels = window.channels;
  const gradient = scratch + filterBytes(channels);
  const result = gradient + filterBytes(channels);
  const x = result + lineBytes(width, channels);
  const block = x + lineBytes(width, channels);
  const ring = block + ((<usize>(blockRows(channels) * channels)) << 2);
  const parts = call.parts;
  const epilogue = call.epilogue;
  const first = chunk * call.linesPerChunk;
  const end = min(window.images * window.height, first + call.linesPerChunk);
  if (call.dx) layOutFilter(call.filter, channels, true, scratch);
  memory.fill(gradient, 0, filterBytes(channels));
  clearRing(ring, window);
  beginGradient(epilogue, chunk, channels);
  for (let line = first; line < end; line += 1) {
    const pixel = line * width;
    const row = line % window.height;
    turnRing(ring, window, call.dy, line, line === first);
    if (parts) {
      stageGroups(call.x, pixel, width, channels, x);
      correlate(ring, row, window, x, gradient);
    }
    if (!call.dx) continue;
    const dx = call.dx + ((<usize>pixel * <usize>channels) << 2);
    convolve(ring, row, window, scratch, result, call.maskByX, x, dx);
    finishGradient(epilogue, chunk, pixel, width, channels, dx, block);
  }
  if (parts) takeFilter(gradient, channels, parts + ((<usize>(chunk * 9 * channels)) << 2));
}

/**
 * @param activated the output of the activation that masks the result, by groups.
 * @param result 16 bytes that `convolveLine` may overwrite, then room for a line by groups, where the result cannot
 *   be written straight into the map.
 */
function convolve(
  ring: usize,
  row: i32,
  window: SlidingWindow,
  filter: usize,
  result: usize,
  activation: i32,
  activated: usize,
  target: usize,
): void {
  const width = window.width;
  const channels = window.channels;
  const isMasked = activation !== FusedActivation.none;
  const isDirect = !isMasked && (channels & 3) === 0;
  const group: usize = isDirect ? 16 : (<usize>width) << 4;
  convolveLine(
    lineAt(ring, window, row - 1),
    lineAt(ring, window, row),
    lineAt(ring, window, row + 1),
    filter,
    width,
    channels,
    isDirect ? target : result + 16,
    isDirect ? (<usize>channels) << 2 : 16,
    group,
    result,
  );
  if (isDirect) return;
  const source = result + 16;
  if (isMasked) takeMasked(activation, source, group, activated, width, channels, target);
  else takeGroups(source, group, width, channels, target);
}

function correlate(ring: usize, row: i32, window: SlidingWindow, x: usize, gradient: usize): void {
  addFilterGradient(
    lineAt(ring, window, row - 1),
    lineAt(ring, window, row),
    lineAt(ring, window, row + 1),
    x,
    window.width,
    window.channels,
    gradient,
  );
}
