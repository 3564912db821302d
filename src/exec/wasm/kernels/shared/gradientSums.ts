/**
 * The sums that the gradient of a normalisation needs, taken where its `dy` is computed. Each chunk writes one part:
 * the sum of `dy` and the sum of `dy * (x - mean)`, each a row of channels.
 */

import { GradientSums } from "../generated/calls";
import { addSums1, addSums4, addSums16 } from "../generated/vectors";
import { clearValues } from "./channels";

function partOf(sums: GradientSums, chunk: i32, channels: i32): usize {
  return sums.parts + ((<usize>(chunk * channels)) << 3);
}

/** A kernel calls this once for each chunk, before it has any rows. */
export function clearSums(sums: GradientSums, chunk: i32, channels: i32): void {
  if (sums.x) clearValues(partOf(sums, chunk, channels), channels * 2);
}

/** @param first the first row of `dy`, counted over the whole map. */
export function addSums(
  sums: GradientSums,
  chunk: i32,
  first: i32,
  rows: i32,
  channels: i32,
  dy: usize,
): void {
  if (!sums.x) return;
  const bytes = (<usize>channels) << 2;
  const mean: usize = sums.mean;
  const part = partOf(sums, chunk, channels);
  const x = sums.x + <usize>first * bytes;
  // One cache line of channels at a time keeps all their sums in registers.
  let at: usize = 0;
  for (; at + 64 <= bytes; at += 64) addSums16(dy + at, x + at, rows, bytes, mean + at, part + at);
  for (; at + 16 <= bytes; at += 16) addSums4(dy + at, x + at, rows, bytes, mean + at, part + at);
  for (; at < bytes; at += 4) addSums1(dy + at, x + at, rows, bytes, mean + at, part + at);
}
