/**
 * Convolution with any window, stride, dilation and groups: im2col, then a matrix product. `lower/conv2d.ts` reserves
 * the scratch memory.
 */

import { Conv2dCall, Conv2dFilterGradientCall, Conv2dInputGradientCall } from "./generated/calls";
import { BLOCK_ROWS, REDUCED_ROWS } from "./generated/sizes";
import { addRowVector, clearValues } from "./shared/channels";
import { multiplyRows, multiplyTransposed, TILE_BYTES } from "./shared/gemm";
import { beginGradient, finishGradient } from "./shared/gradientEpilogue";
import { gather, scatter, stagePixelsUnder } from "./shared/im2col";
import { stageRows } from "./shared/operand";
import { partBytes, partStatistics } from "./shared/statistics";

/**
 * One chunk is some lines of the result over the whole batch. Where statistics are wanted, it writes one part of
 * them.
 *
 * @param scratch a tile, the im2col rows of `BLOCK_ROWS` results, then the lines of `x` that a chunk reads.
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
  const laidOut = scratch + TILE_BYTES;
  const x = stagePixelsUnder(window, call.x, first, places, laidOut + <usize>BLOCK_ROWS * strideX);
  const y = call.y + <usize>first * strideY;
  for (let start = 0; start < places; start += BLOCK_ROWS) {
    const count = min(BLOCK_ROWS, places - start);
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
 * One chunk is some images. The panels hold the transposed filter.
 *
 * @param scratch a tile, the im2col rows of `BLOCK_ROWS` results, then `BLOCK_ROWS` rows of `dy` or those of the
 *   epilogue.
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
  const laidOut = scratch + TILE_BYTES;
  const staged = laidOut + <usize>BLOCK_ROWS * strideX;
  const images = min(perChunk, window.images - chunk * perChunk);
  const firstPixel = chunk * perChunk * window.height * window.width;
  const pixels = images * window.height * window.width;
  const result = dx + ((<usize>firstPixel * <usize>window.channels) << 2);
  const first = chunk * perChunk * window.rows * window.columns;
  const end = first + images * window.rows * window.columns;
  clearValues(result, pixels * window.channels);
  for (let start = first; start < end; start += BLOCK_ROWS) {
    const count = min(BLOCK_ROWS, end - start);
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
 * One chunk sums over some images and writes one part, for `sumParts`.
 *
 * @param scratch as for `multiplyTransposed`, then im2col rows and rows of `dy`, `REDUCED_ROWS` of each, then the
 *   lines of `x` that as many results read.
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
  const laidOut = scratch + TILE_BYTES + ((widest * REDUCED_ROWS) << 2);
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
