/**
 * The record that describes a sliding window, written by `lower/lowering.ts`: sixteen i32 in the order below. What
 * is read here is what the plan says; nothing is checked again.
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

/** Places of the result over the whole batch. */
export function placesOf(g: usize): i32 {
  return imagesOf(g) * rowsOf(g) * columnsOf(g);
}

/** The pixel of the map (over the whole batch) under a tap of the window at a place; -1 outside the map. */
export function pixelUnder(g: usize, place: i32, tapY: i32, tapX: i32): i32 {
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
