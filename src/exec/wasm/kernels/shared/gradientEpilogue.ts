/**
 * The steps that may follow on rows of a gradient while they are still in the cache: the mask of the activation
 * before it, then the sums for the normalisation before that.
 */
import { FusedActivation, GradientEpilogue } from "../generated/calls";
import { maskValues } from "../generated/masks";
import { addSums, clearSums } from "./gradientSums";
import { stageRows } from "./operand";
import { blockRows } from "./rows";

/** A kernel calls this once for each chunk, before it has any rows. */
export function beginGradient(epilogue: GradientEpilogue, chunk: i32, channels: i32): void {
  clearSums(epilogue.sums, chunk, channels);
}

/**
 * Masks rows of `dx` in place and adds them to the sums, as far as the call asks for it.
 *
 * @param first the first of these rows, counted over the whole map.
 * @param scratch room for `blockRows` rows.
 */
export function finishGradient(
  epilogue: GradientEpilogue,
  chunk: i32,
  first: i32,
  rows: i32,
  channels: i32,
  dx: usize,
  scratch: usize,
): void {
  const bytes = (<usize>channels) << 2;
  const block = blockRows(channels);
  for (let start = 0; start < rows; start += block) {
    const count = min(block, rows - start);
    const target = dx + <usize>start * bytes;
    if (epilogue.activation !== FusedActivation.none) {
      const y = stageRows(epilogue.activated, first + start, count, channels, scratch);
      maskValues(epilogue.activation, target, target, y, count * channels);
    }
    addSums(epilogue.sums, chunk, first + start, count, channels, target);
  }
}
