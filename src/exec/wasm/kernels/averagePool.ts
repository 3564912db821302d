/** The mean under a window. */
import { addScaled, clearValues } from "./channels";
import {
  channelsOf,
  columnsOf,
  ENTRY_BYTES,
  heightOf,
  imagesOf,
  listPixelsUnder,
  listPlacesOver,
  rowsOf,
  tapsOf,
  widthOf,
} from "./shared/geometry";
import { addressAt, argumentsAt, intAt } from "./shared/record";

/**
 * One chunk is some lines of the result.
 *
 * Arguments: window, x, y, whether padding counts, lines of a chunk.
 *
 * @param scratch an entry for each tap.
 */
export function averagePool(record: usize, chunk: i32, scratch: usize): void {
  const g = argumentsAt(record, 0);
  const channels = channelsOf(g);
  const bytes = (<usize>channels) << 2;
  const lines = imagesOf(g) * rowsOf(g);
  const last = min(lines, (chunk + 1) * intAt(record, 19)) * columnsOf(g);
  for (let place = chunk * intAt(record, 19) * columnsOf(g); place < last; place += 1) {
    const end = listPixelsUnder(g, place, scratch);
    const share = shareOf(g, scratch, end, intAt(record, 18));
    const y = addressAt(record, 17) + <usize>place * bytes;
    clearValues(y, channels);
    for (let entry = scratch; entry < end; entry += ENTRY_BYTES)
      addScaled(y, addressAt(record, 16) + <usize>load<i32>(entry) * bytes, channels, share);
  }
}

/**
 * One chunk is some lines of the map.
 *
 * Arguments: window, dy, dx, whether padding counts, lines of a chunk.
 *
 * @param scratch two entries for each tap.
 */
export function averagePoolGradient(record: usize, chunk: i32, scratch: usize): void {
  const g = argumentsAt(record, 0);
  const channels = channelsOf(g);
  const bytes = (<usize>channels) << 2;
  const under = scratch + <usize>tapsOf(g) * ENTRY_BYTES;
  const lines = imagesOf(g) * heightOf(g);
  const last = min(lines, (chunk + 1) * intAt(record, 19)) * widthOf(g);
  for (let pixel = chunk * intAt(record, 19) * widthOf(g); pixel < last; pixel += 1) {
    const end = listPlacesOver(g, pixel, scratch);
    const dx = addressAt(record, 17) + <usize>pixel * bytes;
    clearValues(dx, channels);
    for (let entry = scratch; entry < end; entry += ENTRY_BYTES) {
      const place = load<i32>(entry);
      const share = shareOf(g, under, listPixelsUnder(g, place, under), intAt(record, 18));
      addScaled(dx, addressAt(record, 16) + <usize>place * bytes, channels, share);
    }
  }
}

/** Of each pixel listed under a window. */
function shareOf(g: usize, list: usize, end: usize, countPadding: i32): f32 {
  return 1 / <f32>(countPadding ? tapsOf(g) : <i32>((end - list) / ENTRY_BYTES));
}
