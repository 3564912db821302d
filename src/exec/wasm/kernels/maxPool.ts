/** Max pooling, eight channels of a result at a time. */
import { MaxPoolCall, MaxPoolGradientCall, SlidingWindow } from "./generated/calls";
import { choose } from "./shared/arithmetic";
import { ENTRY_BYTES, listPixelsUnder, listPlacesOver, tapsOf } from "./shared/geometry";
import { beginGradient, finishGradient } from "./shared/gradientEpilogue";
import { stageUnder } from "./shared/stageUnder";

/**
 * The first of equal values is the maximum, and a NaN in the window makes the result NaN. One chunk is a band of an image's
 * rows. Where `argmax` is not 0, the tap of each maximum is written there.
 *
 * @param scratch a list entry for each tap, then the rows of `x` that a band reads.
 */
export function maxPool(call: MaxPoolCall, chunk: i32, scratch: usize): void {
  const window = call.window;
  const bands = call.bands.perImage;
  const image = chunk / bands;
  const top = (chunk - image * bands) * call.bands.rows;
  const rows = min(call.bands.rows, window.rows - top);
  const bytes = (<usize>window.channels) << 2;
  const argmax = call.argmax;
  const staged = scratch + <usize>tapsOf(window) * ENTRY_BYTES;
  const x = stageUnder(window, call.x, image, top, rows, staged);
  const columns = window.columns;
  const step = <usize>window.strideX * bytes;
  const first = image * window.rows + top;
  for (let line = first; line < first + rows; line += 1) {
    let end = scratch;
    for (let column = 0; column < columns; column += 1) {
      const place = line * columns + column;
      if (liesInside(window, column - 1) && liesInside(window, column)) slide(scratch, end, step);
      else end = listAddresses(scratch, listPixelsUnder(window, place, scratch), x, bytes);
      const offset = <usize>place * bytes;
      largestOf(scratch, end, bytes, call.y + offset, argmax ? argmax + offset : 0);
    }
  }
}

/** Whether the window of a column of the result is inside the map from left to right. */
function liesInside(window: SlidingWindow, column: i32): bool {
  const left = column * window.strideX - window.paddingX;
  return left >= 0 && left + (window.kernelWidth - 1) * window.dilationX < window.width;
}

/**
 * Replaces the number of each pixel or result in a list by its address.
 *
 * @returns the end of the list.
 */
function listAddresses(list: usize, end: usize, base: usize, bytes: usize): usize {
  for (let entry = list; entry < end; entry += ENTRY_BYTES)
    store<u32>(entry, <u32>(base + <usize>load<i32>(entry) * bytes));
  return end;
}

/** Moves a list of addresses along a line, where the next position has the same taps. */
function slide(list: usize, end: usize, step: usize): void {
  for (let entry = list; entry < end; entry += ENTRY_BYTES)
    store<u32>(entry, <u32>(addressOf(entry) + step));
}

function addressOf(entry: usize): usize {
  return load<u32>(entry);
}

function largestOf(list: usize, end: usize, bytes: usize, y: usize, argmax: usize): void {
  const vectors = bytes & ~31;
  let at: usize = 0;
  for (; at < vectors; at += 32) {
    let from = addressOf(list) + at;
    let low = v128.load(from);
    let high = v128.load(from, 16);
    let lowTaps = v128.load32_splat(list, 4);
    let highTaps = lowTaps;
    for (let entry = list + ENTRY_BYTES; entry < end; entry += ENTRY_BYTES) {
      from = addressOf(entry) + at;
      const tap = v128.load32_splat(entry, 4);
      const nextLow = v128.load(from);
      const nextHigh = v128.load(from, 16);
      const takesLow = replaces(nextLow, low);
      const takesHigh = replaces(nextHigh, high);
      low = choose(nextLow, low, takesLow);
      high = choose(nextHigh, high, takesHigh);
      lowTaps = choose(tap, lowTaps, takesLow);
      highTaps = choose(tap, highTaps, takesHigh);
    }
    v128.store(y + at, low);
    v128.store(y + at, high, 16);
    if (!argmax) continue;
    v128.store(argmax + at, lowTaps);
    v128.store(argmax + at, highTaps, 16);
  }
  for (; at < bytes; at += 4) largestOne(list, end, at, y, argmax);
}

/** Lanes in which a value is larger or NaN, and the maximum so far is not NaN. */
function replaces(value: v128, largest: v128): v128 {
  return v128.andnot(f32x4.eq(largest, largest), f32x4.le(value, largest));
}

function largestOne(list: usize, end: usize, at: usize, y: usize, argmax: usize): void {
  let largest = load<f32>(addressOf(list) + at);
  let tap = load<i32>(list, 4);
  for (let entry = list + ENTRY_BYTES; entry < end; entry += ENTRY_BYTES) {
    const value = load<f32>(addressOf(entry) + at);
    if (value <= largest || largest !== largest) continue;
    largest = value;
    tap = load<i32>(entry, 4);
  }
  store<f32>(y + at, largest);
  if (argmax) store<i32>(argmax + at, tap);
}

/**
 * Each pixel gathers the gradients of the results whose maximum it was. One chunk is some lines of the map.
 *
 * @param scratch a list entry for each tap, then `blockRows` rows.
 */
export function maxPoolGradient(call: MaxPoolGradientCall, chunk: i32, scratch: usize): void {
  const window = call.window;
  const width = window.width;
  const stride = window.strideX;
  const channels = window.channels;
  const bytes = (<usize>channels) << 2;
  const dy = call.dy;
  const toTaps = call.argmax - dy;
  const epilogue = call.epilogue;
  const staged = scratch + <usize>tapsOf(window) * ENTRY_BYTES;
  const end = min(window.images * window.height, (chunk + 1) * call.linesPerChunk);
  beginGradient(epilogue, chunk, channels);
  for (let line = chunk * call.linesPerChunk; line < end; line += 1) {
    const first = line * width;
    const dx = call.dx + <usize>first * bytes;
    for (let column = 0; column < min(stride, width); column += 1)
      gatherColumns(window, line, column, scratch, dy, toTaps, dx);
    finishGradient(epilogue, chunk, first, width, channels, dx, staged);
  }
}

/** Computes the pixels of a line from `start` on in steps of the stride: these lie under the same taps. */
function gatherColumns(
  window: SlidingWindow,
  line: i32,
  start: i32,
  list: usize,
  dy: usize,
  toTaps: usize,
  dx: usize,
): void {
  const width = window.width;
  const stride = window.strideX;
  const bytes = (<usize>window.channels) << 2;
  let end = list;
  for (let column = start; column < width; column += stride) {
    if (column > start && isCovered(window, column - stride) && isCovered(window, column))
      slide(list, end, bytes);
    else end = listAddresses(list, listPlacesOver(window, line * width + column, list), dy, bytes);
    gatherGradient(list, end, bytes, toTaps, dx + <usize>column * bytes);
  }
}

/** Whether a column of the map is far enough from both sides that every window over it starts within the result's columns. */
function isCovered(window: SlidingWindow, column: i32): bool {
  const left = column + window.paddingX;
  const reach = (window.kernelWidth - 1) * window.dilationX;
  return left >= reach && left <= (window.columns - 1) * window.strideX;
}

/** @param toTaps bytes from a gradient to the tap of its maximum. */
function gatherGradient(list: usize, end: usize, bytes: usize, toTaps: usize, dx: usize): void {
  const vectors = bytes & ~31;
  let at: usize = 0;
  for (; at < vectors; at += 32) {
    let low = f32x4.splat(0);
    let high = low;
    for (let entry = list; entry < end; entry += ENTRY_BYTES) {
      const from = addressOf(entry) + at;
      const tap = v128.load32_splat(entry, 4);
      const taken = i32x4.eq(v128.load(from + toTaps), tap);
      const takenHigh = i32x4.eq(v128.load(from + toTaps, 16), tap);
      low = f32x4.add(low, v128.and(v128.load(from), taken));
      high = f32x4.add(high, v128.and(v128.load(from, 16), takenHigh));
    }
    v128.store(dx + at, low);
    v128.store(dx + at, high, 16);
  }
  for (; at < bytes; at += 4) {
    let sum: f32 = 0;
    for (let entry = list; entry < end; entry += ENTRY_BYTES) {
      const from = addressOf(entry) + at;
      if (load<i32>(from + toTaps) === load<i32>(entry, 4)) sum += load<f32>(from);
    }
    store<f32>(dx + at, sum);
  }
}
