/** Which pixels of a map lie under a sliding window, and which windows lie over a pixel. */
import { SlidingWindow } from "../generated/calls";

/** The number of taps: positions within the window. */
export function tapsOf(window: SlidingWindow): i32 {
  return window.kernelHeight * window.kernelWidth;
}

/**
 * Returns the pixel of the map, counted over the whole batch, that a result's window reads at a tap; -1 outside the
 * map.
 */
function pixelUnder(window: SlidingWindow, place: i32, tapY: i32, tapX: i32): i32 {
  const columns = window.columns;
  const line = place / columns;
  const rows = window.rows;
  const image = line / rows;
  const y = (line - image * rows) * window.strideY - window.paddingY + tapY * window.dilationY;
  if (y < 0 || y >= window.height) return -1;
  const x = (place - line * columns) * window.strideX - window.paddingX + tapX * window.dilationX;
  if (x < 0 || x >= window.width) return -1;
  return (image * window.height + y) * window.width + x;
}

/** Bytes of an entry in the lists below: the number of a pixel or a result, then the tap. */
export const ENTRY_BYTES: usize = 8;

/**
 * Lists the pixels that the window of one result reads, each with its tap, without those outside the map.
 *
 * @returns the end of the list.
 */
export function listPixelsUnder(window: SlidingWindow, place: i32, list: usize): usize {
  const wide = window.kernelWidth;
  let end = list;
  for (let tap = 0; tap < tapsOf(window); tap += 1) {
    const pixel = pixelUnder(window, place, tap / wide, tap % wide);
    if (pixel >= 0) end = addEntry(end, pixel, tap);
  }
  return end;
}

/**
 * Lists the results whose windows read one pixel of the map, each with the tap that reads it.
 *
 * @returns the end of the list.
 */
export function listPlacesOver(window: SlidingWindow, pixel: i32, list: usize): usize {
  const width = window.width;
  const line = pixel / width;
  const image = line / window.height;
  const top = line - image * window.height + window.paddingY;
  const left = pixel - line * width + window.paddingX;
  let end = list;
  for (let tapY = 0; tapY < window.kernelHeight; tapY += 1) {
    const row = alongAxis(top - tapY * window.dilationY, window.strideY, window.rows);
    if (row < 0) continue;
    const start = (image * window.rows + row) * window.columns;
    for (let tapX = 0; tapX < window.kernelWidth; tapX += 1) {
      const column = alongAxis(left - tapX * window.dilationX, window.strideX, window.columns);
      if (column >= 0) end = addEntry(end, start + column, tapY * window.kernelWidth + tapX);
    }
  }
  return end;
}

/** Returns which of `count` windows starts at a coordinate; -1 where none does. */
function alongAxis(start: i32, stride: i32, count: i32): i32 {
  if (start < 0) return -1;
  const place = start / stride;
  return place * stride === start && place < count ? place : -1;
}

function addEntry(list: usize, place: i32, tap: i32): usize {
  store<i32>(list, place);
  store<i32>(list, tap, 4);
  return list + ENTRY_BYTES;
}
