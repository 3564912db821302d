/**
 * Convolution of any window, stride, dilation and grouping: places are laid out as rows of what lies under their
 * window (im2col), then multiplied. The scratch memory is sized in `lower/conv2d.ts`.
 */
import { addInto, addRowVector, clearValues, copyValues } from "./channels";
import { multiplyRows, multiplyTransposed, REDUCED_ROWS } from "./shared/gemm";
import {
  channelsOf,
  columnsOf,
  dilationXOf,
  dilationYOf,
  filtersOf,
  groupsOf,
  heightOf,
  imagesOf,
  kernelHeightOf,
  kernelWidthOf,
  paddingXOf,
  paddingYOf,
  rowsOf,
  strideXOf,
  strideYOf,
  widthOf,
} from "./shared/geometry";
import { beginGradient, finishGradient } from "./shared/gradientEpilogue";
import { kindOf, PLAIN, sourceOf, stageInto, stageRows } from "./shared/operand";
import { addressAt, argumentsAt, intAt } from "./shared/record";
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
export function conv2d(record: usize, chunk: i32, scratch: usize): void {
  const g = argumentsAt(record, 0);
  const panels = addressAt(record, 20);
  const bias = addressAt(record, 21);
  const perChunk = intAt(record, 23);
  const parts = addressAt(record, 24);
  const filters = filtersOf(g);
  const groups = groupsOf(g);
  const channels = channelsOf(g) / groups;
  const own = filters / groups;
  const depth = kernelHeightOf(g) * kernelWidthOf(g) * channels;
  const strideY = (<usize>filters) << 2;
  const strideX = (<usize>depth) << 2;
  const panelBytes = (<usize>(depth * ((own + 7) & ~7))) << 2;
  const line = chunk * perChunk;
  const first = line * columnsOf(g);
  const places = min(perChunk, imagesOf(g) * rowsOf(g) - line) * columnsOf(g);
  const laidOut = scratch + 256;
  const x = stagePixelsUnder(
    g,
    argumentsAt(record, 16),
    first,
    places,
    laidOut + <usize>BLOCK * strideX,
  );
  const y = addressAt(record, 22) + <usize>first * strideY;
  for (let start = 0; start < places; start += BLOCK) {
    const count = min(BLOCK, places - start);
    for (let group = 0; group < groups; group += 1) {
      gather(g, x, first + start, count, group * channels, channels, laidOut);
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
export function conv2dInputGradient(record: usize, chunk: i32, scratch: usize): void {
  const g = argumentsAt(record, 0);
  const panels = addressAt(record, 20);
  const dx = addressAt(record, 21);
  const perChunk = intAt(record, 22);
  const epilogue = argumentsAt(record, 23);
  const filters = filtersOf(g);
  const groups = groupsOf(g);
  const channels = channelsOf(g) / groups;
  const own = filters / groups;
  const depth = kernelHeightOf(g) * kernelWidthOf(g) * channels;
  const strideY = (<usize>filters) << 2;
  const strideX = (<usize>depth) << 2;
  const panelBytes = (<usize>(((depth + 7) & ~7) * own)) << 2;
  const laidOut = scratch + 256;
  const staged = laidOut + <usize>BLOCK * strideX;
  const images = min(perChunk, imagesOf(g) - chunk * perChunk);
  const firstPixel = chunk * perChunk * heightOf(g) * widthOf(g);
  const pixels = images * heightOf(g) * widthOf(g);
  const result = dx + ((<usize>firstPixel * <usize>channelsOf(g)) << 2);
  const first = chunk * perChunk * rowsOf(g) * columnsOf(g);
  const end = first + images * rowsOf(g) * columnsOf(g);
  clearValues(result, pixels * channelsOf(g));
  for (let start = first; start < end; start += BLOCK) {
    const count = min(BLOCK, end - start);
    const dy = stageRows(argumentsAt(record, 16), start, count, filters, staged);
    for (let group = 0; group < groups; group += 1) {
      const from = dy + ((<usize>(group * own)) << 2);
      const packed = panels + <usize>group * panelBytes;
      multiplyRows(count, own, depth, from, strideY, packed, laidOut, strideX, scratch);
      scatter(g, dx, start, count, group * channels, channels, laidOut);
    }
  }
  beginGradient(epilogue, chunk, channelsOf(g));
  finishGradient(epilogue, chunk, firstPixel, pixels, channelsOf(g), result, staged);
}

/**
 * One chunk sums over some images; the parts lie one behind the other, for `sumParts`.
 *
 * Arguments: window, x (operand), dy (operand), parts, images of a part.
 *
 * @param scratch as `multiplyTransposed`, then `REDUCED_ROWS` laid-out places and rows of `dy`, then the lines of `x`
 *   under as many places.
 */
export function conv2dFilterGradient(record: usize, chunk: i32, scratch: usize): void {
  const g = argumentsAt(record, 0);
  const perPart = intAt(record, 25);
  const filters = filtersOf(g);
  const groups = groupsOf(g);
  const channels = channelsOf(g) / groups;
  const own = filters / groups;
  const depth = kernelHeightOf(g) * kernelWidthOf(g) * channels;
  const strideY = (<usize>filters) << 2;
  const strideX = (<usize>depth) << 2;
  const widest = <usize>((depth + 7) & ~7) + <usize>((own + 7) & ~7);
  const laidOut = scratch + 256 + ((widest * REDUCED_ROWS) << 2);
  const stagedY = laidOut + <usize>REDUCED_ROWS * strideX;
  const stagedX = stagedY + <usize>REDUCED_ROWS * strideY;
  const result = addressAt(record, 24) + <usize>(chunk * depth) * strideY;
  const places = rowsOf(g) * columnsOf(g);
  const first = chunk * perPart * places;
  const end = min(imagesOf(g), (chunk + 1) * perPart) * places;
  for (let start = first; start < end; start += REDUCED_ROWS) {
    const count = min(REDUCED_ROWS, end - start);
    const x = stagePixelsUnder(g, argumentsAt(record, 16), start, count, stagedX);
    const dy = stageRows(argumentsAt(record, 20), start, count, filters, stagedY);
    for (let group = 0; group < groups; group += 1) {
      gather(g, x, start, count, group * channels, channels, laidOut);
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
  g: usize,
  x: usize,
  start: i32,
  count: i32,
  firstChannel: i32,
  channels: i32,
  laidOut: usize,
): void {
  const wide = kernelWidthOf(g);
  const high = kernelHeightOf(g);
  const columns = columnsOf(g);
  const lineBytes = (<usize>(wide * channels)) << 2;
  const rowBytes = lineBytes * <usize>high;
  const from = x + ((<usize>firstChannel) << 2);
  const isGrey = channelsOf(g) === 1;
  let target = laidOut;
  let line = start / columns;
  let column = start - line * columns;
  for (let place = 0; place < count; ) {
    const own = min(count - place, columns - column);
    for (let tapY = 0; tapY < high; tapY += 1) {
      const under = lineUnder(g, line, tapY);
      const at = target + <usize>tapY * lineBytes;
      if (isGrey) gatherGrey(g, from, under, column, own, at, rowBytes);
      else gatherLines(g, from, under, column, own, channels, at, rowBytes);
    }
    target += <usize>own * rowBytes;
    place += own;
    column = 0;
    line += 1;
  }
}

/** One line of the window at some places of a line, for a map of one channel; `under` -1 lies outside. */
function gatherGrey(
  g: usize,
  x: usize,
  under: i32,
  column: i32,
  count: i32,
  laidOut: usize,
  rowBytes: usize,
): void {
  const width = widthOf(g);
  const stride = strideXOf(g);
  const line = x + ((<usize>(under * width)) << 2);
  for (let tapX = 0; tapX < kernelWidthOf(g); tapX += 1) {
    let at = column * stride - paddingXOf(g) + tapX * dilationXOf(g);
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
  g: usize,
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
    if (under < 0) clearValues(target, kernelWidthOf(g) * channels);
    else gatherLine(g, x, under, place, channels, target);
    target += rowBytes;
  }
}

/** The taps of one line of the window. */
function gatherLine(
  g: usize,
  x: usize,
  line: i32,
  column: i32,
  channels: i32,
  laidOut: usize,
): void {
  const wide = kernelWidthOf(g);
  const width = widthOf(g);
  const pixelBytes = (<usize>channelsOf(g)) << 2;
  const left = column * strideXOf(g) - paddingXOf(g);
  const from = x + <usize>(line * width) * pixelBytes;
  if (liesInside(g, left)) {
    copyValues(laidOut, from + <usize>left * pixelBytes, wide * channels);
    return;
  }
  let target = laidOut;
  for (let tapX = 0; tapX < wide; tapX += 1) {
    const at = left + tapX * dilationXOf(g);
    if (at < 0 || at >= width) clearValues(target, channels);
    else copyValues(target, from + <usize>at * pixelBytes, channels);
    target += (<usize>channels) << 2;
  }
}

/** Adds what `gather` would have read from. */
function scatter(
  g: usize,
  dx: usize,
  start: i32,
  count: i32,
  firstChannel: i32,
  channels: i32,
  laidOut: usize,
): void {
  const wide = kernelWidthOf(g);
  const high = kernelHeightOf(g);
  const lineBytes = (<usize>(wide * channels)) << 2;
  const to = dx + ((<usize>firstChannel) << 2);
  let from = laidOut;
  let line = start / columnsOf(g);
  let column = start - line * columnsOf(g);
  for (let place = 0; place < count; place += 1) {
    for (let tapY = 0; tapY < high; tapY += 1) {
      const under = lineUnder(g, line, tapY);
      if (under >= 0) scatterLine(g, to, under, column, channels, from);
      from += lineBytes;
    }
    column += 1;
    if (column === columnsOf(g)) {
      column = 0;
      line += 1;
    }
  }
}

function scatterLine(
  g: usize,
  dx: usize,
  line: i32,
  column: i32,
  channels: i32,
  laidOut: usize,
): void {
  const wide = kernelWidthOf(g);
  const width = widthOf(g);
  const pixelBytes = (<usize>channelsOf(g)) << 2;
  const left = column * strideXOf(g) - paddingXOf(g);
  const to = dx + <usize>(line * width) * pixelBytes;
  if (liesInside(g, left)) {
    addInto(to + <usize>left * pixelBytes, laidOut, wide * channels);
    return;
  }
  let from = laidOut;
  for (let tapX = 0; tapX < wide; tapX += 1) {
    const at = left + tapX * dilationXOf(g);
    if (at >= 0 && at < width) addInto(to + <usize>at * pixelBytes, from, channels);
    from += (<usize>channels) << 2;
  }
}

/** The line of the map (over the whole batch) under a line of the window at a line of the result; -1 outside. */
function lineUnder(g: usize, line: i32, tapY: i32): i32 {
  const image = line / rowsOf(g);
  const y = (line - image * rowsOf(g)) * strideYOf(g) - paddingYOf(g) + tapY * dilationYOf(g);
  return y < 0 || y >= heightOf(g) ? -1 : image * heightOf(g) + y;
}

/** Whether a line of the window is one run of numbers, all inside the map. */
function liesInside(g: usize, left: i32): bool {
  const isRun = kernelWidthOf(g) === 1 || (dilationXOf(g) === 1 && groupsOf(g) === 1);
  return isRun && left >= 0 && left + kernelWidthOf(g) <= widthOf(g);
}

/**
 * The map under some places of the result: `x` itself or, where it was never stored, the lines under their windows,
 * computed into `staged`.
 *
 * @returns the address that the first pixel of the whole batch has, or would have.
 */
function stagePixelsUnder(g: usize, operand: usize, first: i32, places: i32, staged: usize): usize {
  if (kindOf(operand) === PLAIN) return sourceOf(operand);
  const firstLine = first / columnsOf(g);
  const lastLine = (first + places - 1) / columnsOf(g);
  const above = nearestLine(g, firstLine, 0);
  const below = nearestLine(g, lastLine, kernelHeightOf(g) - 1);
  const offset = (<usize>(above * widthOf(g)) * <usize>channelsOf(g)) << 2;
  stageInto(operand, offset, (below - above + 1) * widthOf(g), channelsOf(g), staged);
  return staged - offset;
}

/** As `lineUnder`, and the image's first or last line where the window reaches beyond it. */
function nearestLine(g: usize, line: i32, tapY: i32): i32 {
  const image = line / rowsOf(g);
  const y = (line - image * rowsOf(g)) * strideYOf(g) - paddingYOf(g) + tapY * dilationYOf(g);
  return image * heightOf(g) + max(0, min(heightOf(g) - 1, y));
}
