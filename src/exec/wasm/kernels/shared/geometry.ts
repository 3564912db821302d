/**
 * The sixteen arguments that describe a sliding window, written by `windowArguments` in the order below. What is
 * read here is what the plan says; nothing is checked again.
 */
export function imagesOf(g: usize): i32 {
  return load<i32>(g);
}
export function heightOf(g: usize): i32 {
  return load<i32>(g, 4);
}
export function widthOf(g: usize): i32 {
  return load<i32>(g, 8);
}
export function channelsOf(g: usize): i32 {
  return load<i32>(g, 12);
}
export function rowsOf(g: usize): i32 {
  return load<i32>(g, 16);
}
export function columnsOf(g: usize): i32 {
  return load<i32>(g, 20);
}
export function filtersOf(g: usize): i32 {
  return load<i32>(g, 24);
}
export function kernelHeightOf(g: usize): i32 {
  return load<i32>(g, 28);
}
export function kernelWidthOf(g: usize): i32 {
  return load<i32>(g, 32);
}
export function strideYOf(g: usize): i32 {
  return load<i32>(g, 36);
}
export function strideXOf(g: usize): i32 {
  return load<i32>(g, 40);
}
export function dilationYOf(g: usize): i32 {
  return load<i32>(g, 44);
}
export function dilationXOf(g: usize): i32 {
  return load<i32>(g, 48);
}
export function paddingYOf(g: usize): i32 {
  return load<i32>(g, 52);
}
export function paddingXOf(g: usize): i32 {
  return load<i32>(g, 56);
}
export function groupsOf(g: usize): i32 {
  return load<i32>(g, 60);
}

/** Places of the window. */
export function tapsOf(g: usize): i32 {
  return kernelHeightOf(g) * kernelWidthOf(g);
}

/** The pixel of the map (over the whole batch) under a tap of the window at a place; -1 outside the map. */
function pixelUnder(g: usize, place: i32, tapY: i32, tapX: i32): i32 {
  const columns = columnsOf(g);
  const line = place / columns;
  const rows = rowsOf(g);
  const image = line / rows;
  const y = (line - image * rows) * strideYOf(g) - paddingYOf(g) + tapY * dilationYOf(g);
  if (y < 0 || y >= heightOf(g)) return -1;
  const x = (place - line * columns) * strideXOf(g) - paddingXOf(g) + tapX * dilationXOf(g);
  if (x < 0 || x >= widthOf(g)) return -1;
  return (image * heightOf(g) + y) * widthOf(g) + x;
}

/** Bytes of an entry in the lists below: a pixel or place, and the tap. */
export const ENTRY_BYTES: usize = 8;

/** Lists what lies under the window of a place: pixels inside the map with their taps. @returns the list's end. */
export function listPixelsUnder(g: usize, place: i32, list: usize): usize {
  const wide = kernelWidthOf(g);
  let end = list;
  for (let tap = 0; tap < tapsOf(g); tap += 1) {
    const pixel = pixelUnder(g, place, tap / wide, tap % wide);
    if (pixel >= 0) end = addEntry(end, pixel, tap);
  }
  return end;
}

/** Lists the places whose window covers a pixel of the map, with the tap it lies under. @returns the list's end. */
export function listPlacesOver(g: usize, pixel: i32, list: usize): usize {
  const width = widthOf(g);
  const line = pixel / width;
  const image = line / heightOf(g);
  const top = line - image * heightOf(g) + paddingYOf(g);
  const left = pixel - line * width + paddingXOf(g);
  let end = list;
  for (let tapY = 0; tapY < kernelHeightOf(g); tapY += 1) {
    const row = alongAxis(top - tapY * dilationYOf(g), strideYOf(g), rowsOf(g));
    if (row < 0) continue;
    const start = (image * rowsOf(g) + row) * columnsOf(g);
    for (let tapX = 0; tapX < kernelWidthOf(g); tapX += 1) {
      const column = alongAxis(left - tapX * dilationXOf(g), strideXOf(g), columnsOf(g));
      if (column >= 0) end = addEntry(end, start + column, tapY * kernelWidthOf(g) + tapX);
    }
  }
  return end;
}

/** Which of `count` places starts at a coordinate; -1 where none does. */
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
