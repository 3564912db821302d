/** Writes the rows of tiles and of packed columns, for the printed loops. */

/** Writes or adds a row of a tile. */
export function putRow(target: usize, low: v128, high: v128, accumulate: bool): void {
  if (accumulate) {
    v128.store(target, f32x4.add(low, v128.load(target)));
    v128.store(target, f32x4.add(high, v128.load(target, 16)), 16);
  } else {
    v128.store(target, low);
    v128.store(target, high, 16);
  }
}

/**
 * Writes a row of four, six or eight numbers.
 *
 * @returns the address for the next row.
 */
export function putStrip(to: usize, width: i32, low: v128, high: v128): usize {
  v128.store(to, low);
  if (width === 8) v128.store(to, high, 16);
  else if (width === 6) v128.store64_lane(to, high, 0, 16);
  return to + ((<usize>width) << 2);
}
