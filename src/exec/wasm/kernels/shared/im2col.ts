/** Im2col: the values under the windows of a convolution as rows of a matrix, and the sum of such rows back into a map. */
import { Operand, OperandKind, SlidingWindow } from "../generated/calls";
import { stageInto } from "../generated/operands";
import { addInto, copyValues } from "../generated/vectors";
import { clearValues } from "./channels";

/**
 * Copies the values under the windows of `count` results from `start` on, `[count, taps, channels]`, with 0 outside
 * the map.
 */
export function gather(
  window: SlidingWindow,
  x: usize,
  start: i32,
  count: i32,
  firstChannel: i32,
  channels: i32,
  laidOut: usize,
): void {
  const wide = window.kernelWidth;
  const high = window.kernelHeight;
  const columns = window.columns;
  const lineBytes = (<usize>(wide * channels)) << 2;
  const rowBytes = lineBytes * <usize>high;
  const from = x + ((<usize>firstChannel) << 2);
  const isGrey = window.channels === 1;
  let target = laidOut;
  let line = start / columns;
  let column = start - line * columns;
  for (let place = 0; place < count; ) {
    const own = min(count - place, columns - column);
    for (let tapY = 0; tapY < high; tapY += 1) {
      const under = lineUnder(window, line, tapY);
      const at = target + <usize>tapY * lineBytes;
      if (isGrey) gatherGrey(window, from, under, column, own, at, rowBytes);
      else gatherLines(window, from, under, column, own, channels, at, rowBytes);
    }
    target += <usize>own * rowBytes;
    place += own;
    column = 0;
    line += 1;
  }
}

/**
 * Copies one line of the window for some results of a line, for a map of one channel. `under` is -1 outside the map.
 */
function gatherGrey(
  window: SlidingWindow,
  x: usize,
  under: i32,
  column: i32,
  count: i32,
  laidOut: usize,
  rowBytes: usize,
): void {
  const width = window.width;
  const stride = window.strideX;
  const line = x + ((<usize>(under * width)) << 2);
  for (let tapX = 0; tapX < window.kernelWidth; tapX += 1) {
    let at = column * stride - window.paddingX + tapX * window.dilationX;
    let target = laidOut + ((<usize>tapX) << 2);
    // This holds for nearly every line, and then no position needs a check of its own.
    if (under >= 0 && at >= 0 && at + (count - 1) * stride < width) {
      const step = (<usize>stride) << 2;
      let from = line + ((<usize>at) << 2);
      for (const end = target + <usize>count * rowBytes; target < end; target += rowBytes) {
        store<f32>(target, load<f32>(from));
        from += step;
      }
      continue;
    }
    for (let place = 0; place < count; place += 1) {
      const isInside = under >= 0 && at >= 0 && at < width;
      store<f32>(target, isInside ? load<f32>(line + ((<usize>at) << 2)) : 0);
      at += stride;
      target += rowBytes;
    }
  }
}

/** As `gatherGrey` for any number of channels. */
function gatherLines(
  window: SlidingWindow,
  x: usize,
  under: i32,
  column: i32,
  count: i32,
  channels: i32,
  laidOut: usize,
  rowBytes: usize,
): void {
  let target = laidOut;
  for (let place = column; place < column + count; place += 1) {
    if (under < 0) clearValues(target, window.kernelWidth * channels);
    else gatherLine(window, x, under, place, channels, target);
    target += rowBytes;
  }
}

/** Copies the taps of one line of the window. */
function gatherLine(
  window: SlidingWindow,
  x: usize,
  line: i32,
  column: i32,
  channels: i32,
  laidOut: usize,
): void {
  const wide = window.kernelWidth;
  const width = window.width;
  const pixelBytes = (<usize>window.channels) << 2;
  const left = column * window.strideX - window.paddingX;
  const from = x + <usize>(line * width) * pixelBytes;
  if (liesInside(window, left)) {
    copyValues(laidOut, from + <usize>left * pixelBytes, wide * channels);
    return;
  }
  let target = laidOut;
  for (let tapX = 0; tapX < wide; tapX += 1) {
    const at = left + tapX * window.dilationX;
    if (at < 0 || at >= width) clearValues(target, channels);
    else copyValues(target, from + <usize>at * pixelBytes, channels);
    target += (<usize>channels) << 2;
  }
}

/** The transpose of `gather`: adds each value to the pixel from which `gather` would have read it. */
export function scatter(
  window: SlidingWindow,
  dx: usize,
  start: i32,
  count: i32,
  firstChannel: i32,
  channels: i32,
  laidOut: usize,
): void {
  const wide = window.kernelWidth;
  const high = window.kernelHeight;
  const lineBytes = (<usize>(wide * channels)) << 2;
  const to = dx + ((<usize>firstChannel) << 2);
  let from = laidOut;
  let line = start / window.columns;
  let column = start - line * window.columns;
  for (let place = 0; place < count; place += 1) {
    for (let tapY = 0; tapY < high; tapY += 1) {
      const under = lineUnder(window, line, tapY);
      if (under >= 0) scatterLine(window, to, under, column, channels, from);
      from += lineBytes;
    }
    column += 1;
    if (column === window.columns) {
      column = 0;
      line += 1;
    }
  }
}

function scatterLine(
  window: SlidingWindow,
  dx: usize,
  line: i32,
  column: i32,
  channels: i32,
  laidOut: usize,
): void {
  const wide = window.kernelWidth;
  const width = window.width;
  const pixelBytes = (<usize>window.channels) << 2;
  const left = column * window.strideX - window.paddingX;
  const to = dx + <usize>(line * width) * pixelBytes;
  if (liesInside(window, left)) {
    addInto(to + <usize>left * pixelBytes, laidOut, wide * channels);
    return;
  }
  let from = laidOut;
  for (let tapX = 0; tapX < wide; tapX += 1) {
    const at = left + tapX * window.dilationX;
    if (at >= 0 && at < width) addInto(to + <usize>at * pixelBytes, from, channels);
    from += (<usize>channels) << 2;
  }
}

/** Returns the line of the map, counted over the whole batch, under one line of the window; -1 outside the map. */
function lineUnder(window: SlidingWindow, line: i32, tapY: i32): i32 {
  const image = line / window.rows;
  const y =
    (line - image * window.rows) * window.strideY - window.paddingY + tapY * window.dilationY;
  return y < 0 || y >= window.height ? -1 : image * window.height + y;
}

/** Whether a line of the window reads consecutive numbers that are all inside the map. */
function liesInside(window: SlidingWindow, left: i32): bool {
  const isRun = window.kernelWidth === 1 || (window.dilationX === 1 && window.groups === 1);
  return isRun && left >= 0 && left + window.kernelWidth <= window.width;
}

/**
 * Makes the part of the map available that some results read: `x` itself or, where it was never stored, the lines
 * under these windows, computed into `staged`.
 *
 * @returns the address at which the first pixel of the whole batch lies, or would lie.
 */
export function stagePixelsUnder(
  window: SlidingWindow,
  operand: Operand,
  first: i32,
  places: i32,
  staged: usize,
): usize {
  if (operand.kind === OperandKind.plain) return operand.source;
  const firstLine = first / window.columns;
  const lastLine = (first + places - 1) / window.columns;
  const above = nearestLine(window, firstLine, 0);
  const below = nearestLine(window, lastLine, window.kernelHeight - 1);
  const offset = (<usize>(above * window.width) * <usize>window.channels) << 2;
  stageInto(operand, offset, (below - above + 1) * window.width, window.channels, staged);
  return staged - offset;
}

/** As `lineUnder`, but returns the first or last line of the image where the window reaches beyond it. */
function nearestLine(window: SlidingWindow, line: i32, tapY: i32): i32 {
  const image = line / window.rows;
  const y =
    (line - image * window.rows) * window.strideY - window.paddingY + tapY * window.dilationY;
  return image * window.height + max(0, min(window.height - 1, y));
}
