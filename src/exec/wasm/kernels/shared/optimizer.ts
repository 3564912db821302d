/**
 * Functions that the printed kernels use. An optimiser's weights, gradients and slots are vectors in the same order, and a
 * chunk is some of their numbers. Counts are multiples of 4, since padding is updated too.
 */

/** The number by which every gradient is multiplied; 1 where its address is 0. */
export function factorAt(address: usize): v128 {
  return address ? v128.load32_splat(address) : f32x4.splat(1);
}

/** The offset in bytes of a chunk's first number. */
export function startOf(chunk: i32, perChunk: i32): usize {
  return (<usize>(chunk * perChunk)) << 2;
}

/** The offset in bytes of the end of a chunk's numbers. */
export function endOf(chunk: i32, perChunk: i32, count: i32): usize {
  return (<usize>min(count, (chunk + 1) * perChunk)) << 2;
}
