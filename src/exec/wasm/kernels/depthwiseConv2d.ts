/**
 * Depthwise convolution with any window and depth multiplier, one tap at a time. `depthwise3x3.ts` has faster kernels
 * for the window of Xception.
 */

import {
  DepthwiseConv2dCall,
  DepthwiseConv2dFilterGradientCall,
  DepthwiseConv2dInputGradientCall,
  SlidingWindow,
} from "./generated/calls";
import { addProduct, copyValues } from "./generated/vectors";
import { clearValues } from "./shared/channels";
import { ENTRY_BYTES, listPixelsUnder, listPlacesOver, tapsOf } from "./shared/geometry";
import { beginGradient, finishGradient } from "./shared/gradientEpilogue";
import { stageUnder } from "./shared/stageUnder";

/**
 * One chunk is a band of an image's rows.
 *
 * @param scratch a list entry for each tap, one result, then the rows of `x` that a band reads.
 */
export function depthwiseConv2d(call: DepthwiseConv2dCall, chunk: i32, scratch: usize): void {
  const window = call.window;
  const filters = window.filters;
  const bytes = (<usize>filters) << 2;
  const pixelBytes = (<usize>window.channels) << 2;
  const bands = call.bands.perImage;
  const image = chunk / bands;
  const top = (chunk - image * bands) * call.bands.rows;
  const rows = min(call.bands.rows, window.rows - top);
  const spread = scratch + <usize>tapsOf(window) * ENTRY_BYTES;
  const x = stageUnder(window, call.x, image, top, rows, spread + bytes);
  const bias = call.bias;
  const first = (image * window.rows + top) * window.columns;
  for (let place = first; place < first + rows * window.columns; place += 1) {
    const end = listPixelsUnder(window, place, scratch);
    const y = call.y + <usize>place * bytes;
    if (bias) copyValues(y, bias, filters);
    else clearValues(y, filters);
    for (let entry = scratch; entry < end; entry += ENTRY_BYTES) {
      const weights = call.filter + <usize>load<i32>(entry, 4) * bytes;
      const values = spreadOver(x + <usize>load<i32>(entry) * pixelBytes, window, spread);
      addProduct(y, values, weights, filters);
    }
  }
}

/**
 * One chunk is some lines of the map.
 *
 * @param scratch a list entry for each tap, one result, then `blockRows` rows.
 */
export function depthwiseConv2dInputGradient(
  call: DepthwiseConv2dInputGradientCall,
  chunk: i32,
  scratch: usize,
): void {
  const window = call.window;
  const filters = window.filters;
  const channels = window.channels;
  const bytes = (<usize>filters) << 2;
  const products = scratch + <usize>tapsOf(window) * ENTRY_BYTES;
  const lines = window.images * window.height;
  const first = chunk * call.linesPerChunk * window.width;
  const last = min(lines, (chunk + 1) * call.linesPerChunk) * window.width;
  const dx = call.dx + ((<usize>first * <usize>channels) << 2);
  const epilogue = call.epilogue;
  beginGradient(epilogue, chunk, channels);
  for (let pixel = first; pixel < last; pixel += 1) {
    const end = listPlacesOver(window, pixel, scratch);
    clearValues(products, filters);
    for (let entry = scratch; entry < end; entry += ENTRY_BYTES) {
      const dy = call.dy + <usize>load<i32>(entry) * bytes;
      const weights = call.filter + <usize>load<i32>(entry, 4) * bytes;
      addProduct(products, dy, weights, filters);
    }
    gatherFilters(products, window, dx + ((<usize>((pixel - first) * channels)) << 2));
  }
  finishGradient(epilogue, chunk, first, last - first, channels, dx, products + bytes);
}

/**
 * One chunk is a band of an image's rows and writes the filter's gradient over this band.
 *
 * @param scratch as for `depthwiseConv2d`.
 */
export function depthwiseConv2dFilterGradient(
  call: DepthwiseConv2dFilterGradientCall,
  chunk: i32,
  scratch: usize,
): void {
  const window = call.window;
  const filters = window.filters;
  const bytes = (<usize>filters) << 2;
  const pixelBytes = (<usize>window.channels) << 2;
  const bands = call.bands.perImage;
  const image = chunk / bands;
  const top = (chunk - image * bands) * call.bands.rows;
  const rows = min(call.bands.rows, window.rows - top);
  const spread = scratch + <usize>tapsOf(window) * ENTRY_BYTES;
  const x = stageUnder(window, call.x, image, top, rows, spread + bytes);
  const part = call.parts + <usize>(chunk * tapsOf(window)) * bytes;
  const first = (image * window.rows + top) * window.columns;
  clearValues(part, tapsOf(window) * filters);
  for (let place = first; place < first + rows * window.columns; place += 1) {
    const end = listPixelsUnder(window, place, scratch);
    const dy = call.dy + <usize>place * bytes;
    for (let entry = scratch; entry < end; entry += ENTRY_BYTES) {
      const values = spreadOver(x + <usize>load<i32>(entry) * pixelBytes, window, spread);
      addProduct(part + <usize>load<i32>(entry, 4) * bytes, values, dy, filters);
    }
  }
}

/** Repeats each channel for each of its filters. */
function spreadOver(pixel: usize, window: SlidingWindow, target: usize): usize {
  const filters = window.filters;
  const multiplier = filters / window.channels;
  if (multiplier === 1) return pixel;
  for (let filter = 0; filter < filters; filter += 1) {
    const value = load<f32>(pixel + ((<usize>(filter / multiplier)) << 2));
    store<f32>(target + ((<usize>filter) << 2), value);
  }
  return target;
}

/** Sums over the filters of each channel. */
function gatherFilters(values: usize, window: SlidingWindow, pixel: usize): void {
  const channels = window.channels;
  const multiplier = window.filters / channels;
  let from = values;
  for (let channel: usize = 0; channel < <usize>channels; channel += 1) {
    let sum: f32 = 0;
    for (let filter = 0; filter < multiplier; filter += 1) {
      sum += load<f32>(from);
      from += 4;
    }
    store<f32>(pixel + (channel << 2), sum);
  }
}
