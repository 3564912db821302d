/**
 * Convolution of any window, stride, dilation and grouping: places are laid out as rows of what lies under their
 * window (im2col), then multiplied. The scratch memory is sized in `lower/matrix.ts`.
 */
import { addInto, addRowVector, clearValues, copyValues } from "./channels";
import { multiplyRows, multiplyTransposed, REDUCED_ROWS } from "./shared/gemm";
import {
  channelsOf,
  columnsOf,
  filtersOf,
  groupsOf,
  heightOf,
  imagesOf,
  kernelHeightOf,
  kernelWidthOf,
  pixelUnder,
  rowsOf,
  widthOf,
} from "./shared/geometry";
import { beginGradient, finishGradient } from "./shared/gradientEpilogue";
import { stageRows } from "./shared/operand";
import { addressAt, argumentsAt, intAt } from "./shared/record";
import { stageUnder } from "./shared/stageUnder";
import { partBytes, partStatistics } from "./shared/statistics";

/** Places that are laid out and multiplied at once. */
const BLOCK: i32 = 128;

/**
 * One chunk is a band of an image's rows, and gives a part of its statistics where these are wanted.
 *
 * Arguments: window, x (operand), panels, bias or 0, y, rows of a band, bands of an image, statistics' parts or 0.
 *
 * @param scratch a tile, `BLOCK` laid-out places, then the rows of `x` under a band.
 */
export function conv2d(record: usize, chunk: i32, scratch: usize): void {
  const g = argumentsAt(record, 0);
  const panels = addressAt(record, 20);
  const bias = addressAt(record, 21);
  const bandRows = intAt(record, 23);
  const bands = intAt(record, 24);
  const image = chunk / bands;
  const top = (chunk - image * bands) * bandRows;
  const rows = min(bandRows, rowsOf(g) - top);
  const filters = filtersOf(g);
  const groups = groupsOf(g);
  const channels = channelsOf(g) / groups;
  const own = filters / groups;
  const depth = kernelHeightOf(g) * kernelWidthOf(g) * channels;
  const strideY = (<usize>filters) << 2;
  const strideX = (<usize>depth) << 2;
  const panelBytes = (<usize>(depth * ((own + 7) & ~7))) << 2;
  const lines = scratch + 256;
  const staged = lines + <usize>BLOCK * strideX;
  const x = stageUnder(g, argumentsAt(record, 16), image, top, rows, staged);
  const first = (image * rowsOf(g) + top) * columnsOf(g);
  const places = rows * columnsOf(g);
  const y = addressAt(record, 22) + <usize>first * strideY;
  for (let start = 0; start < places; start += BLOCK) {
    const count = min(BLOCK, places - start);
    for (let group = 0; group < groups; group += 1) {
      gather(g, x, first + start, count, group * channels, channels, lines);
      const target = y + <usize>start * strideY + ((<usize>(group * own)) << 2);
      const packed = panels + <usize>group * panelBytes;
      multiplyRows(count, depth, own, lines, strideX, packed, target, strideY, scratch);
    }
  }
  if (bias) addRowVector(y, places, filters, bias);
  const parts = addressAt(record, 25);
  if (parts) partStatistics(y, places, filters, parts + <usize>chunk * partBytes(filters));
}

/**
 * One chunk is an image.
 *
 * Arguments: window, dy (operand), panels of the transposed filter, dx, epilogue (`shared/gradientEpilogue.ts`).
 *
 * @param scratch a tile, `BLOCK` laid-out places, then `BLOCK` rows of `dy` or those of the epilogue.
 */
export function conv2dInputGradient(record: usize, chunk: i32, scratch: usize): void {
  const g = argumentsAt(record, 0);
  const panels = addressAt(record, 20);
  const filters = filtersOf(g);
  const groups = groupsOf(g);
  const channels = channelsOf(g) / groups;
  const width = filters / groups;
  const depth = kernelHeightOf(g) * kernelWidthOf(g) * channels;
  const strideY = (<usize>filters) << 2;
  const strideX = (<usize>depth) << 2;
  const panelBytes = (<usize>(((depth + 7) & ~7) * width)) << 2;
  const lines = scratch + 256;
  const staged = lines + <usize>BLOCK * strideX;
  const pixels = heightOf(g) * widthOf(g);
  const dx = addressAt(record, 21);
  const own = dx + ((<usize>(chunk * pixels) * <usize>channelsOf(g)) << 2);
  clearValues(own, pixels * channelsOf(g));
  const first = chunk * rowsOf(g) * columnsOf(g);
  const end = first + rowsOf(g) * columnsOf(g);
  for (let start = first; start < end; start += BLOCK) {
    const count = min(BLOCK, end - start);
    const dy = stageRows(argumentsAt(record, 16), start, count, filters, staged);
    for (let group = 0; group < groups; group += 1) {
      const from = dy + ((<usize>(group * width)) << 2);
      const packed = panels + <usize>group * panelBytes;
      multiplyRows(count, width, depth, from, strideY, packed, lines, strideX, scratch);
      scatter(g, dx, start, count, group * channels, channels, lines);
    }
  }
  const epilogue = argumentsAt(record, 22);
  beginGradient(epilogue, chunk, channelsOf(g));
  finishGradient(epilogue, chunk, chunk * pixels, pixels, channelsOf(g), own, staged);
}

/**
 * One chunk sums over some images; the parts lie one behind the other, for `sumParts`.
 *
 * Arguments: window, x (operand), dy (operand), parts, images of a part.
 *
 * @param scratch as `multiplyTransposed`, then `REDUCED_ROWS` laid-out places and rows of `dy`, and an image of `x`.
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
  const lines = scratch + 256 + ((widest * REDUCED_ROWS) << 2);
  const stagedY = lines + <usize>REDUCED_ROWS * strideX;
  const stagedX = stagedY + <usize>REDUCED_ROWS * strideY;
  const result = addressAt(record, 24) + <usize>(chunk * depth) * strideY;
  const places = rowsOf(g) * columnsOf(g);
  const lastImage = min(imagesOf(g), (chunk + 1) * perPart);
  let accumulate = false;
  for (let image = chunk * perPart; image < lastImage; image += 1) {
    const x = stageUnder(g, argumentsAt(record, 16), image, 0, rowsOf(g), stagedX);
    for (let start = 0; start < places; start += REDUCED_ROWS) {
      const count = min(REDUCED_ROWS, places - start);
      const first = image * places + start;
      const dy = stageRows(argumentsAt(record, 20), first, count, filters, stagedY);
      for (let group = 0; group < groups; group += 1) {
        gather(g, x, first, count, group * channels, channels, lines);
        const offset = (<usize>(group * own)) << 2;
        multiplyTransposed(
          count,
          depth,
          own,
          lines,
          strideX,
          dy + offset,
          strideY,
          result + offset,
          strideY,
          accumulate,
          scratch,
        );
      }
      accumulate = true;
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
  lines: usize,
): void {
  const bytes = (<usize>channels) << 2;
  const pixelBytes = (<usize>channelsOf(g)) << 2;
  const from = x + ((<usize>firstChannel) << 2);
  const high = kernelHeightOf(g);
  const wide = kernelWidthOf(g);
  let line = lines;
  for (let place = start; place < start + count; place += 1) {
    for (let tapY = 0; tapY < high; tapY += 1) {
      for (let tapX = 0; tapX < wide; tapX += 1) {
        const pixel = pixelUnder(g, place, tapY, tapX);
        if (channels === 1)
          store<f32>(line, pixel < 0 ? 0 : load<f32>(from + <usize>pixel * pixelBytes));
        else if (pixel < 0) clearValues(line, channels);
        else copyValues(line, from + <usize>pixel * pixelBytes, channels);
        line += bytes;
      }
    }
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
  lines: usize,
): void {
  const bytes = (<usize>channels) << 2;
  const pixelBytes = (<usize>channelsOf(g)) << 2;
  const to = dx + ((<usize>firstChannel) << 2);
  const high = kernelHeightOf(g);
  const wide = kernelWidthOf(g);
  let line = lines;
  for (let place = start; place < start + count; place += 1) {
    for (let tapY = 0; tapY < high; tapY += 1) {
      for (let tapX = 0; tapX < wide; tapX += 1) {
        const pixel = pixelUnder(g, place, tapY, tapX);
        if (pixel >= 0) addInto(to + <usize>pixel * pixelBytes, line, channels);
        line += bytes;
      }
    }
  }
}
