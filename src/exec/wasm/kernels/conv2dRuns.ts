/**
 * Convolution of stride 1 without laying places out: in a map with its padding around it, what lies under one line of
 * the window is a run of numbers, and the runs of neighbouring places overlap. A product over all places of such a map,
 * those in its margin included, gives every place; those in the margin are left out. Its input gradient is the same
 * with the filter turned round.
 */
import { addRowVector, clearValues, copyValues } from "./channels";
import { multiplyRuns, multiplyTransposed, REDUCED_ROWS } from "./shared/gemm";
import {
  channelsOf,
  columnsOf,
  filtersOf,
  heightOf,
  imagesOf,
  kernelHeightOf,
  kernelWidthOf,
  paddingXOf,
  paddingYOf,
  rowsOf,
  widthOf,
} from "./shared/geometry";
import { beginGradient, finishGradient } from "./shared/gradientEpilogue";
import { stageInto } from "./shared/operand";
import { addressAt, argumentsAt, intAt } from "./shared/record";
import { partBytes, partStatistics } from "./shared/statistics";

/**
 * One chunk is a band of an image's lines.
 *
 * Arguments: window, x (operand), panels, bias or 0, y, lines of a band, bands of an image, statistics' parts or 0,
 * epilogue (`shared/gradientEpilogue.ts`).
 *
 * @param scratch a tile, the padded lines of `x` under a band, then the places of a band with their margin.
 */
export function conv2dRuns(record: usize, chunk: i32, scratch: usize): void {
  const g = argumentsAt(record, 0);
  const bias = addressAt(record, 21);
  const bands = intAt(record, 24);
  const parts = addressAt(record, 25);
  const epilogue = argumentsAt(record, 26);
  const image = chunk / bands;
  const top = (chunk - image * bands) * intAt(record, 23);
  const lines = min(intAt(record, 23), rowsOf(g) - top);
  const filters = filtersOf(g);
  const channels = channelsOf(g);
  const run = kernelWidthOf(g) * channels;
  const strideY = (<usize>filters) << 2;
  const pixelBytes = (<usize>channels) << 2;
  const pitch = pitchOf(g);
  const staged = scratch + 256;
  const under = lines + kernelHeightOf(g) - 1;
  const result = staged + <usize>(under * pitch) * pixelBytes;
  stagePadded(g, argumentsAt(record, 16), image, top, under, staged);
  const places = lines * pitch - (kernelWidthOf(g) - 1);
  multiplyRuns(
    places,
    run,
    kernelHeightOf(g),
    <usize>pitch * pixelBytes,
    filters,
    staged,
    pixelBytes,
    addressAt(record, 20),
    result,
    strideY,
    scratch,
  );
  const first = (image * rowsOf(g) + top) * columnsOf(g);
  const count = lines * columnsOf(g);
  const y = addressAt(record, 22) + <usize>first * strideY;
  for (let line = 0; line < lines; line += 1) {
    const from = result + <usize>(line * pitch) * strideY;
    copyValues(y + <usize>(line * columnsOf(g)) * strideY, from, columnsOf(g) * filters);
  }
  if (bias) addRowVector(y, count, filters, bias);
  if (parts) partStatistics(y, count, filters, parts + <usize>chunk * partBytes(filters));
  beginGradient(epilogue, chunk, filters);
  finishGradient(epilogue, chunk, first, count, filters, y, result);
}

/**
 * One chunk sums over some images; the parts lie one behind the other, for `sumParts`.
 *
 * Arguments: window, x (operand), dy (operand), parts, images of a part.
 *
 * @param scratch as `multiplyTransposed` for a line of the window, then a padded image of `x` and one of `dy` with its
 *   margin.
 */
export function conv2dRunsFilterGradient(record: usize, chunk: i32, scratch: usize): void {
  const g = argumentsAt(record, 0);
  const perPart = intAt(record, 25);
  const filters = filtersOf(g);
  const channels = channelsOf(g);
  const run = kernelWidthOf(g) * channels;
  const high = kernelHeightOf(g);
  const strideY = (<usize>filters) << 2;
  const pixelBytes = (<usize>channels) << 2;
  const pitch = pitchOf(g);
  const packed = (<usize>((run + 7) & ~7) + <usize>((filters + 7) & ~7)) * REDUCED_ROWS;
  const stagedX = scratch + 256 + (packed << 2);
  const stagedY = stagedX + <usize>((rowsOf(g) + high - 1) * pitch) * pixelBytes;
  const places = rowsOf(g) * pitch - (kernelWidthOf(g) - 1);
  const first = chunk * perPart;
  const end = min(imagesOf(g), first + perPart);
  const result = addressAt(record, 24) + <usize>(chunk * high * run) * strideY;
  for (let image = first; image < end; image += 1) {
    stagePadded(g, argumentsAt(record, 16), image, 0, rowsOf(g) + high - 1, stagedX);
    stageWithMargin(g, argumentsAt(record, 20), image, stagedY);
    for (let tapY = 0; tapY < high; tapY += 1) {
      multiplyTransposed(
        places,
        run,
        filters,
        stagedX + <usize>(tapY * pitch) * pixelBytes,
        pixelBytes,
        stagedY,
        strideY,
        result + <usize>(tapY * run) * strideY,
        strideY,
        image > first,
        scratch,
      );
    }
  }
}

/** Pixels of a padded line: of a line of the result and its margin. */
function pitchOf(g: usize): i32 {
  return columnsOf(g) + kernelWidthOf(g) - 1;
}

/** Lines of an image of `x` from that above the result's line `top`, with zeros for the padding. */
function stagePadded(
  g: usize,
  operand: usize,
  image: i32,
  top: i32,
  lines: i32,
  target: usize,
): void {
  const channels = channelsOf(g);
  const pixelBytes = (<usize>channels) << 2;
  const width = widthOf(g);
  const left = paddingXOf(g);
  const right = pitchOf(g) - left - width;
  let at = target;
  for (let line = 0; line < lines; line += 1) {
    const y = top + line - paddingYOf(g);
    if (y < 0 || y >= heightOf(g)) {
      clearValues(at, pitchOf(g) * channels);
    } else {
      const inner = at + <usize>left * pixelBytes;
      const offset = <usize>((image * heightOf(g) + y) * width) * pixelBytes;
      clearValues(at, left * channels);
      stageInto(operand, offset, width, channels, inner);
      clearValues(inner + <usize>width * pixelBytes, right * channels);
    }
    at += <usize>pitchOf(g) * pixelBytes;
  }
}

/** An image of `dy`, with zeros in the margin so that the places there add nothing. */
function stageWithMargin(g: usize, operand: usize, image: i32, target: usize): void {
  const filters = filtersOf(g);
  const bytes = (<usize>filters) << 2;
  const columns = columnsOf(g);
  let at = target;
  for (let line = 0; line < rowsOf(g); line += 1) {
    const offset = <usize>((image * rowsOf(g) + line) * columns) * bytes;
    stageInto(operand, offset, columns, filters, at);
    at += <usize>columns * bytes;
    clearValues(at, (kernelWidthOf(g) - 1) * filters);
    at += <usize>(kernelWidthOf(g) - 1) * bytes;
  }
}
