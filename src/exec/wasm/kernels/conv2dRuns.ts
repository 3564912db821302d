/**
 * Convolution of stride 1 without im2col. In a padded map, the values under one line of the window are a run of
 * consecutive numbers, and the runs of neighbouring results overlap. One product over all positions of the padded map
 * therefore gives every result; positions in the margin are left out. The gradient with respect to the input is the
 * same convolution with the filter rotated by 180 degrees.
 */

import {
  Conv2dRunsCall,
  Conv2dRunsFilterGradientCall,
  Operand,
  SlidingWindow,
} from "./generated/calls";
import { stageInto } from "./generated/operands";
import { REDUCED_ROWS } from "./generated/sizes";
import { copyValues } from "./generated/vectors";
import { addRowVector, clearValues } from "./shared/channels";
import { multiplyRuns, multiplyTransposed, TILE_BYTES } from "./shared/gemm";
import { beginGradient, finishGradient } from "./shared/gradientEpilogue";
import { partBytes, partStatistics } from "./shared/statistics";

/**
 * One chunk is a band of an image's lines.
 *
 * @param scratch a tile, the padded lines of `x` that a band reads, then the results of a band with their margin.
 */
export function conv2dRuns(call: Conv2dRunsCall, chunk: i32, scratch: usize): void {
  const window = call.window;
  const bias = call.bias;
  const bands = call.bands.perImage;
  const parts = call.statisticsParts;
  const epilogue = call.epilogue;
  const image = chunk / bands;
  const top = (chunk - image * bands) * call.bands.rows;
  const lines = min(call.bands.rows, window.rows - top);
  const filters = window.filters;
  const channels = window.channels;
  const run = window.kernelWidth * channels;
  const strideY = (<usize>filters) << 2;
  const pixelBytes = (<usize>channels) << 2;
  const pitch = pitchOf(window);
  const staged = scratch + TILE_BYTES;
  const under = lines + window.kernelHeight - 1;
  const result = staged + <usize>(under * pitch) * pixelBytes;
  stagePadded(window, call.x, image, top, under, staged);
  const places = lines * pitch - (window.kernelWidth - 1);
  multiplyRuns(
    places,
    run,
    window.kernelHeight,
    <usize>pitch * pixelBytes,
    filters,
    staged,
    pixelBytes,
    call.panels,
    result,
    strideY,
    scratch,
  );
  const first = (image * window.rows + top) * window.columns;
  const count = lines * window.columns;
  const y = call.y + <usize>first * strideY;
  for (let line = 0; line < lines; line += 1) {
    const from = result + <usize>(line * pitch) * strideY;
    copyValues(y + <usize>(line * window.columns) * strideY, from, window.columns * filters);
  }
  if (bias) addRowVector(y, count, filters, bias);
  if (parts) partStatistics(y, count, filters, parts + <usize>chunk * partBytes(filters));
  beginGradient(epilogue, chunk, filters);
  finishGradient(epilogue, chunk, first, count, filters, y, result);
}

/**
 * One chunk sums over some images and writes one part, for `sumParts`.
 *
 * @param scratch as for `multiplyTransposed` with one line of the window, then a padded image of `x` and an image of
 *   `dy` with its margin.
 */
export function conv2dRunsFilterGradient(
  call: Conv2dRunsFilterGradientCall,
  chunk: i32,
  scratch: usize,
): void {
  const window = call.window;
  const perPart = call.imagesPerPart;
  const filters = window.filters;
  const channels = window.channels;
  const run = window.kernelWidth * channels;
  const high = window.kernelHeight;
  const strideY = (<usize>filters) << 2;
  const pixelBytes = (<usize>channels) << 2;
  const pitch = pitchOf(window);
  const packed = (<usize>((run + 7) & ~7) + <usize>((filters + 7) & ~7)) * REDUCED_ROWS;
  const stagedX = scratch + TILE_BYTES + (packed << 2);
  const stagedY = stagedX + <usize>((window.rows + high - 1) * pitch) * pixelBytes;
  const places = window.rows * pitch - (window.kernelWidth - 1);
  const first = chunk * perPart;
  const end = min(window.images, first + perPart);
  const result = call.parts + <usize>(chunk * high * run) * strideY;
  for (let image = first; image < end; image += 1) {
    stagePadded(window, call.x, image, 0, window.rows + high - 1, stagedX);
    stageWithMargin(window, call.dy, image, stagedY);
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

/** Pixels in a padded line, which is a line of the result and its margin. */
function pitchOf(window: SlidingWindow): i32 {
  return window.columns + window.kernelWidth - 1;
}

/**
 * Copies or computes lines of an image of `x`, from the one above line `top` of the result on, with zeros for the
 * padding.
 */
function stagePadded(
  window: SlidingWindow,
  operand: Operand,
  image: i32,
  top: i32,
  lines: i32,
  target: usize,
): void {
  const channels = window.channels;
  const pixelBytes = (<usize>channels) << 2;
  const width = window.width;
  const left = window.paddingX;
  const right = pitchOf(window) - left - width;
  let at = target;
  for (let line = 0; line < lines; line += 1) {
    const y = top + line - window.paddingY;
    if (y < 0 || y >= window.height) {
      clearValues(at, pitchOf(window) * channels);
    } else {
      const inner = at + <usize>left * pixelBytes;
      const offset = <usize>((image * window.height + y) * width) * pixelBytes;
      clearValues(at, left * channels);
      stageInto(operand, offset, width, channels, inner);
      clearValues(inner + <usize>width * pixelBytes, right * channels);
    }
    at += <usize>pitchOf(window) * pixelBytes;
  }
}

/** Copies or computes an image of `dy` with zeros in the margin, so that positions there add nothing. */
function stageWithMargin(window: SlidingWindow, operand: Operand, image: i32, target: usize): void {
  const filters = window.filters;
  const bytes = (<usize>filters) << 2;
  const columns = window.columns;
  let at = target;
  for (let line = 0; line < window.rows; line += 1) {
    const offset = <usize>((image * window.rows + line) * columns) * bytes;
    stageInto(operand, offset, columns, filters, at);
    at += <usize>columns * bytes;
    clearValues(at, (window.kernelWidth - 1) * filters);
    at += <usize>(window.kernelWidth - 1) * bytes;
  }
}
