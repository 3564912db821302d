/** Average pooling over windows. */

import { AveragePoolCall, AveragePoolGradientCall, SlidingWindow } from "./generated/calls";
import { addScaled } from "./generated/vectors";
import { clearValues } from "./shared/channels";
import { ENTRY_BYTES, listPixelsUnder, listPlacesOver, tapsOf } from "./shared/geometry";

/**
 * One chunk is some lines of the result.
 *
 * @param scratch a list entry for each tap.
 */
export function averagePool(call: AveragePoolCall, chunk: i32, scratch: usize): void {
  const window = call.window;
  const channels = window.channels;
  const bytes = (<usize>channels) << 2;
  const lines = window.images * window.rows;
  const last = min(lines, (chunk + 1) * call.linesPerChunk) * window.columns;
  for (let place = chunk * call.linesPerChunk * window.columns; place < last; place += 1) {
    const end = listPixelsUnder(window, place, scratch);
    const share = shareOf(window, scratch, end, call.countsPadding);
    const y = call.y + <usize>place * bytes;
    clearValues(y, channels);
    for (let entry = scratch; entry < end; entry += ENTRY_BYTES)
      addScaled(y, call.x + <usize>load<i32>(entry) * bytes, channels, share);
  }
}

/**
 * One chunk is some lines of the map.
 *
 * @param scratch two list entries for each tap.
 */
export function averagePoolGradient(
  call: AveragePoolGradientCall,
  chunk: i32,
  scratch: usize,
): void {
  const window = call.window;
  const channels = window.channels;
  const bytes = (<usize>channels) << 2;
  const under = scratch + <usize>tapsOf(window) * ENTRY_BYTES;
  const lines = window.images * window.height;
  const last = min(lines, (chunk + 1) * call.linesPerChunk) * window.width;
  for (let pixel = chunk * call.linesPerChunk * window.width; pixel < last; pixel += 1) {
    const end = listPlacesOver(window, pixel, scratch);
    const dx = call.dx + <usize>pixel * bytes;
    clearValues(dx, channels);
    for (let entry = scratch; entry < end; entry += ENTRY_BYTES) {
      const place = load<i32>(entry);
      const share = shareOf(
        window,
        under,
        listPixelsUnder(window, place, under),
        call.countsPadding,
      );
      addScaled(dx, call.dy + <usize>place * bytes, channels, share);
    }
  }
}

/** The weight of each listed pixel in the mean of its window. */
function shareOf(window: SlidingWindow, list: usize, end: usize, countsPadding: bool): f32 {
  return 1 / <f32>(countsPadding ? tapsOf(window) : <i32>((end - list) / ENTRY_BYTES));
}
