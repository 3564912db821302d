/** Operations on rows of channels, `[rows, channels]`; `scripts/vectorSources.ts` prints the loops over one vector. */
import { addInto } from "../generated/vectors";

/** Adds the vector to every row. */
export function addRowVector(y: usize, rows: i32, channels: i32, vector: usize): void {
  const bytes = (<usize>channels) << 2;
  for (let row = 0; row < rows; row += 1) addInto(y + <usize>row * bytes, vector, channels);
}

/** y = 0 */
export function clearValues(y: usize, count: i32): void {
  memory.fill(y, 0, (<usize>count) << 2);
}
