/**
 * Convolution of any window, stride, dilation and grouping: places are laid out as rows of what lies under their
 * window (im2col), then multiplied. The scratch memory is sized in `lower/conv2d.ts`.
 */

import { addInto, addRowVector, clearValues, copyValues } from "./channels";
import {
  Conv2dCall,
  Conv2dFilterGradientCall,
  Conv2dInputGradientCall,
  Operand,
  OperandKind,
  SlidingWindow,
} from "./generated/calls";
import { multiplyRows, multiplyTransposed, REDUCED_ROWS } from "./shared/gemm";
import { beginGradient, finishGradient } from "./shared/gradientEpilogue";
import { stageInto, stageRows } from "./shared/operand";
import { partBytes, partStatistics } from "./shared/statistics";

/** Places that are laid out and multiplied at once. */
const BLOCK: i32 = 96;

/**
 * One chunk is some lines of the result over the whole batch, and gives a part of its statistics where these are wanted.
 *
 * Arguments: window, x (operand), panels, bias or 0, y, lines of a chunk, statistics' parts or 0.
 *
 * @param scratch a tile, `BLOCK` laid-out places, then the lines of `x` under a chunk.
 */
export function conv2d(call: Conv2dCall, chunk: i32, scratch: usize): void {
  const window = call.window;
  const panels = call.panels;
  const bias = call.bias;
  const perChunk = call.linesPerChunk;
  const parts = call.statisticsParts;
  const filters = window.filters;
  const groups = window.groups;
  const channels = window.channels / groups;
  const own = filters / groups;
  const depth = window.kernelHeight * window.kernelWidth * channels;
  const strideY = (<usize>filters) << 2;
  const strideX = (<usize>depth) << 2;
  const panelBytes = (<usize>(depth * ((own + 7) & ~7))) << 2;
  const line = chunk * perChunk;
  const first = line * window.columns;
  const places = min(perChunk, window.images * window.rows - line) * window.columns;
  const laidOut = scratch + 256;
  const x = stagePixelsUnder(window, call.x, first, places, laidOut + <usize>BLOCK * strideX);
  const y = call.y + <usize>first * strideY;
  for (let start = 0; start < places; start += BLOCK) {
    const count = min(BLOCK, places - start);
    for (let group = 0; group < groups; group += 1) {
      gather(window, x, first + start, count, group * channels, channels, laidOut);
      const target = y + <usize>start * strideY + ((<usize>(group * own)) << 2);
      const packed = panels + <usize>group * panelBytes;
      multiplyRows(count, depth, own, laidOut, strideX, packed, target, strideY, scratch);
    }
  }
  if (bias) addRowVector(y, places, filters, bias);
  if (parts) partStatistics(y, places, filters, parts + <usize>chunk * partBytes(filters));
}

/**
 * One chunk is some images.
 *
 * Arguments: window, dy (operand), panels of the transposed filter, dx, images of a chunk, epilogue
 * (`shared/gradientEpilogue.ts`).
 *
 * @param scratch a tile, `BLOCK` laid-out places, then `BLOCK` rows of `dy` or those of the epilogue.
 */
export function conv2dInputGradient(
  call: Conv2dInputGradientCall,
  chunk: i32,
  scratch: usize,
): void {
  const window = call.window;
  const panels = call.panels;
  const dx = call.dx;
  const perChunk = call.imagesPerChunk;
  const epilogue = call.epilogue;
  const filters = window.filters;
  const groups = window.groups;
  const channels = window.channels / groups;
  const own = filters / groups;
  const depth = window.kernelHeight * window.kernelWidth * channels;
  const strideY = (<usize>filters) << 2;
  const strideX = (<usize>depth) << 2;
  const panelBytes = (<usize>(((depth + 7) & ~7) * own)) << 2;
  const laidOut = scratch + 256;
  const staged = laidOut + <usize>BLOCK * strideX;
  const images = min(perChunk, window.images - chunk * perChunk);
  const firstPixel = chunk * perChunk * window.height * window.width;
  const pixels = images * window.height * window.width;
  const result = dx + ((<usize>firstPixel * <usize>window.channels) << 2);
  const first = chunk * perChunk * window.rows * window.columns;
  const end = first + images * window.rows * window.columns;
  clearValues(result, pixels * window.channels);
  for (let start = first; start < end; start += BLOCK) {
    const count = min(BLOCK, end - start);
    const dy = stageRows(call.dy, start, count, filters, staged);
    for (let group = 0; group < groups; group += 1) {
      const from = dy + ((<usize>(group * own)) << 2);
      const packed = panels + <usize>group * panelBytes;
      multiplyRows(count, own, depth, from, strideY, packed, laidOut, strideX, scratch);
      scatter(window, dx, start, count, group * channels, channels, laidOut);
    }
  }
  beginGradient(epilogue, chunk, window.channels);
  finishGradient(epilogue, chunk, firstPixel, pixels, window.channels, result, staged);
}

/**
 * One chunk sums over some images; the parts lie one behind the other, for `sumParts`.
 *
 * Arguments: window, x (operand), dy (operand), parts, images of a part.
 *
 * @param scratch as `multiplyTransposed`, then `REDUCED_ROWS` laid-out places and rows of `dy`, then the lines of `x`
 *   under as many places.
 */
export function conv2dFilterGradient(
  call: Conv2dFilterGradientCall,
  chunk: i32,
  scratch: usize,
): void {
  const window = call.window;
  const perPart = call.imagesPerPart;
  const filters = window.filters;
  const groups = window.groups;
  const channels = window.channels / groups;
  const own = filters / groups;
  const depth = window.kernelHeight * window.kernelWidth * channels;
  const strideY = (<usize>filters) << 2;
  const strideX = (<usize>depth) << 2;
  const widest = <usize>((depth + 7) & ~7) + <usize>((own + 7) & ~7);
  const laidOut = scratch + 256 + ((widest * REDUCED_ROWS) << 2);
  const stagedY = laidOut + <usize>REDUCED_ROWS * strideX;
  const stagedX = stagedY + <usize>REDUCED_ROWS * strideY;
  const result = call.parts + <usize>(chunk * depth) * strideY;
  const places = window.rows * window.columns;
  const first = chunk * perPart * places;
  const end = min(window.images, (chunk + 1) * perPart) * places;
  for (let start = first; start < end; start += REDUCED_ROWS) {
    const count = min(REDUCED_ROWS, end - start);
    const x = stagePixelsUnder(window, call.x, start, count, stagedX);
    const dy = stageRows(call.dy, start, count, filters, stagedY);
    for (let group = 0; group < groups; group += 1) {
      gather(window, x, start, count, group * channels, channels, laidOut);
      const offset = (<usize>(group * own)) << 2;
      multiplyTransposed(
        count,
        depth,
        own,
        laidOut,
        strideX,
        dy + offset,
        strideY,
        result + offset,
        strideY,
        start > first,
        scratch,
      );
    }
  }
}

/** What lies under the window of `count` places from `start`: `[count, taps, channels]`, zero outside the map. */
function gather(
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

/** One line of the window at some places of a line, for a map of one channel; `under` -1 lies outside. */
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
    // Nearly every line: no place needs to be looked at.
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

/** The taps of one line of the window. */
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

/** Adds what `gather` would have read from. */
function scatter(
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

/** The line of the map (over the whole batch) under a line of the window at a line of the result; -1 outside. */
function lineUnder(window: SlidingWindow, line: i32, tapY: i32): i32 {
  const image = line / window.rows;
  const y =
    (line - image * window.rows) * window.strideY - window.paddingY + tapY * window.dilationY;
  return y < 0 || y >= window.height ? -1 : image * window.height + y;
}

/** Whether a line of the window is one run of numbers, all inside the map. */
function liesInside(window: SlidingWindow, left: i32): bool {
  const isRun = window.kernelWidth === 1 || (window.dilationX === 1 && window.groups === 1);
  return isRun && left >= 0 && left + window.kernelWidth <= window.width;
}

/**
 * The map under some places of the result: `x` itself or, where it was never stored, the lines under their windows,
 * computed into `staged`.
 *
 * @returns the address that the first pixel of the whole batch has, or would have.
 */
function stagePixelsUnder(
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

/** As `lineUnder`, and the image's first or last line where the window reaches beyond it. */
function nearestLine(window: SlidingWindow, line: i32, tapY: i32): i32 {
  const image = line / window.rows;
  const y =
    (line - image * window.rows) * window.strideY - window.paddingY + tapY * window.dilationY;
  return image * window.height + max(0, min(window.height - 1, y));
}
