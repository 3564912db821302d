/**
 * What the optimisers have in common: vectors of numbers in the same order, weights, gradients and what they remember.
 * Counts are multiples of 4, since what pads a buffer is updated too. A chunk is some of the numbers.
 */

/** One number that every gradient is multiplied by; an address of 0 is none. */
export function factorAt(address: usize): v128 {
  return address ? v128.load32_splat(address) : f32x4.splat(1);
}

/** `slot * keep + value * take` */
export function blend(slot: v128, value: v128, keep: v128, take: v128): v128 {
  return f32x4.add(f32x4.mul(slot, keep), f32x4.mul(value, take));
}

/** The bytes before a chunk's first number. */
export function startOf(chunk: i32, perChunk: i32): usize {
  return (<usize>(chunk * perChunk)) << 2;
}

/** The bytes before the end of a chunk's numbers. */
export function endOf(chunk: i32, perChunk: i32, count: i32): usize {
  return (<usize>min(count, (chunk + 1) * perChunk)) << 2;
}
