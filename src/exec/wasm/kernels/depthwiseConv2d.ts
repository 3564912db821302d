/**
 * Depthwise convolution under any window, with any depth multiplier, tap by tap. The window of Xception has kernels of
 * its own in `depthwise3x3.ts`.
 */
import { addProduct, clearValues, copyValues } from "./channels";
import {
  channelsOf,
  columnsOf,
  ENTRY_BYTES,
  filtersOf,
  heightOf,
  imagesOf,
  listPixelsUnder,
  listPlacesOver,
  rowsOf,
  tapsOf,
  widthOf,
} from "./shared/geometry";
import { beginGradient, finishGradient } from "./shared/gradientEpilogue";
import { addressAt, argumentsAt, intAt } from "./shared/record";
import { stageUnder } from "./shared/stageUnder";

/**
 * One chunk is a band of an image's rows.
 *
 * Arguments: window, x (operand), filter, bias or 0, y, rows of a band, bands of an image.
 *
 * @param scratch an entry for each tap, a place of the result, then the rows of `x` under a band.
 */
export function depthwiseConv2d(record: usize, chunk: i32, scratch: usize): void {
  const g = argumentsAt(record, 0);
  const filters = filtersOf(g);
  const bytes = (<usize>filters) << 2;
  const pixelBytes = (<usize>channelsOf(g)) << 2;
  const bands = intAt(record, 24);
  const image = chunk / bands;
  const top = (chunk - image * bands) * intAt(record, 23);
  const rows = min(intAt(record, 23), rowsOf(g) - top);
  const spread = scratch + <usize>tapsOf(g) * ENTRY_BYTES;
  const x = stageUnder(g, argumentsAt(record, 16), image, top, rows, spread + bytes);
  const bias = addressAt(record, 21);
  const first = (image * rowsOf(g) + top) * columnsOf(g);
  for (let place = first; place < first + rows * columnsOf(g); place += 1) {
    const end = listPixelsUnder(g, place, scratch);
    const y = addressAt(record, 22) + <usize>place * bytes;
    if (bias) copyValues(y, bias, filters);
    else clearValues(y, filters);
    for (let entry = scratch; entry < end; entry += ENTRY_BYTES) {
      const weights = addressAt(record, 20) + <usize>load<i32>(entry, 4) * bytes;
      const values = spreadOver(x + <usize>load<i32>(entry) * pixelBytes, g, spread);
      addProduct(y, values, weights, filters);
    }
  }
}

/**
 * One chunk is some lines of the map.
 *
 * Arguments: window, dy, filter, dx, lines of a chunk, what follows on `dx` (`shared/gradientEpilogue.ts`).
 *
 * @param scratch an entry for each tap, a place of the result, then `blockRows` rows.
 */
export function depthwiseConv2dInputGradient(record: usize, chunk: i32, scratch: usize): void {
  const g = argumentsAt(record, 0);
  const filters = filtersOf(g);
  const channels = channelsOf(g);
  const bytes = (<usize>filters) << 2;
  const products = scratch + <usize>tapsOf(g) * ENTRY_BYTES;
  const lines = imagesOf(g) * heightOf(g);
  const first = chunk * intAt(record, 19) * widthOf(g);
  const last = min(lines, (chunk + 1) * intAt(record, 19)) * widthOf(g);
  const dx = addressAt(record, 18) + ((<usize>first * <usize>channels) << 2);
  const epilogue = argumentsAt(record, 20);
  beginGradient(epilogue, chunk, channels);
  for (let pixel = first; pixel < last; pixel += 1) {
    const end = listPlacesOver(g, pixel, scratch);
    clearValues(products, filters);
    for (let entry = scratch; entry < end; entry += ENTRY_BYTES) {
      const dy = addressAt(record, 16) + <usize>load<i32>(entry) * bytes;
      const weights = addressAt(record, 17) + <usize>load<i32>(entry, 4) * bytes;
      addProduct(products, dy, weights, filters);
    }
    gatherFilters(products, g, dx + ((<usize>((pixel - first) * channels)) << 2));
  }
  finishGradient(epilogue, chunk, first, last - first, channels, dx, products + bytes);
}

/**
 * One chunk is a band of an image's rows; its part is a filter.
 *
 * Arguments: window, x (operand), dy, parts, rows of a band, bands of an image.
 *
 * @param scratch as `depthwiseConv2d`.
 */
export function depthwiseConv2dFilterGradient(record: usize, chunk: i32, scratch: usize): void {
  const g = argumentsAt(record, 0);
  const filters = filtersOf(g);
  const bytes = (<usize>filters) << 2;
  const pixelBytes = (<usize>channelsOf(g)) << 2;
  const bands = intAt(record, 23);
  const image = chunk / bands;
  const top = (chunk - image * bands) * intAt(record, 22);
  const rows = min(intAt(record, 22), rowsOf(g) - top);
  const spread = scratch + <usize>tapsOf(g) * ENTRY_BYTES;
  const x = stageUnder(g, argumentsAt(record, 16), image, top, rows, spread + bytes);
  const part = addressAt(record, 21) + <usize>(chunk * tapsOf(g)) * bytes;
  const first = (image * rowsOf(g) + top) * columnsOf(g);
  clearValues(part, tapsOf(g) * filters);
  for (let place = first; place < first + rows * columnsOf(g); place += 1) {
    const end = listPixelsUnder(g, place, scratch);
    const dy = addressAt(record, 20) + <usize>place * bytes;
    for (let entry = scratch; entry < end; entry += ENTRY_BYTES) {
      const values = spreadOver(x + <usize>load<i32>(entry) * pixelBytes, g, spread);
      addProduct(part + <usize>load<i32>(entry, 4) * bytes, values, dy, filters);
    }
  }
}

/** Each channel once for each of its filters. */
function spreadOver(pixel: usize, g: usize, target: usize): usize {
  const filters = filtersOf(g);
  const multiplier = filters / channelsOf(g);
  if (multiplier === 1) return pixel;
  for (let filter = 0; filter < filters; filter += 1) {
    const value = load<f32>(pixel + ((<usize>(filter / multiplier)) << 2));
    store<f32>(target + ((<usize>filter) << 2), value);
  }
  return target;
}

/** The sum over each channel's filters. */
function gatherFilters(values: usize, g: usize, pixel: usize): void {
  const channels = channelsOf(g);
  const multiplier = filtersOf(g) / channels;
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
