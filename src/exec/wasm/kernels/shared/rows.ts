/** Blocks of rows that stay in the first-level cache. */
import { CACHED_NUMBERS } from "../generated/sizes";

/** Rows of a block; `blockNumbers` of `lower/chunks.ts` reserves memory for them. */
export function blockRows(channels: i32): i32 {
  return max(4, CACHED_NUMBERS / channels);
}
