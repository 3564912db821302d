/** Blocks of rows that stay in the first-level cache, and operations on all their numbers. */
import { CACHED_NUMBERS } from "../generated/sizes";

/** Rows of a block; `blockNumbers` of `lower/chunks.ts` reserves memory for them. */
export function blockRows(channels: i32): i32 {
  return max(4, CACHED_NUMBERS / channels);
}

/** `dx = y > 0 ? dy : 0` */
export function maskValues(dy: usize, y: usize, count: i32, dx: usize): void {
  const bytes = (<usize>count) << 2;
  const vectors = bytes & ~15;
  const zero = f32x4.splat(0);
  let at: usize = 0;
  for (; at < vectors; at += 16) {
    const passes = f32x4.gt(v128.load(y + at), zero);
    v128.store(dx + at, v128.and(v128.load(dy + at), passes));
  }
  for (; at < bytes; at += 4) {
    const gradient = load<f32>(dy + at);
    store<f32>(dx + at, load<f32>(y + at) > 0 ? gradient : 0);
  }
}

/** `target = a + b` */
export function addValues(a: usize, b: usize, count: i32, target: usize): void {
  const bytes = (<usize>count) << 2;
  const vectors = bytes & ~15;
  let at: usize = 0;
  for (; at < vectors; at += 16)
    v128.store(target + at, f32x4.add(v128.load(a + at), v128.load(b + at)));
  for (; at < bytes; at += 4) store<f32>(target + at, load<f32>(a + at) + load<f32>(b + at));
}
