/** What the register tiles of matrix products share; `scripts/tileSources.ts` prints the tiles. */

/** Rows of the result in a tile. */
export const TILE_ROWS: i32 = 6;

/**
 * Rows of the next tile of a transposed left factor with `left` rows to go: six, or four where those fill tiles
 * better. Values that a tile computes beyond these rows are arbitrary.
 */
export function rowsOfTile(left: i32): i32 {
  return left > 8 || left === 6 || left === 5 ? 6 : 4;
}
