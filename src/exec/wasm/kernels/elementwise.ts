/** Value by value: activations, sums, dropout, padding. Each may write over what it reads. */

/** max(0, x); NaN stays. */
export function relu(x: usize, y: usize, count: i32): void {
  const bytes = (<usize>count) << 2;
  const vectors = bytes & ~15;
  const zero = f32x4.splat(0);
  let at: usize = 0;
  for (; at < vectors; at += 16) v128.store(y + at, f32x4.pmax(v128.load(x + at), zero));
  for (; at < bytes; at += 4) {
    const value = load<f32>(x + at);
    store<f32>(y + at, value < 0 ? 0 : value);
  }
}

export function reluGradient(dy: usize, y: usize, dx: usize, count: i32): void {
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

/** Alpha 1. */
export function elu(x: usize, y: usize, count: i32): void {
  for (let at: usize = 0; at < (<usize>count) << 2; at += 4) {
    const value = load<f32>(x + at);
    store<f32>(y + at, value > 0 ? value : Mathf.expm1(value));
  }
}

export function eluGradient(dy: usize, y: usize, dx: usize, count: i32): void {
  for (let at: usize = 0; at < (<usize>count) << 2; at += 4) {
    const value = load<f32>(y + at);
    const slope: f32 = value > 0 ? 1 : value + 1;
    store<f32>(dx + at, load<f32>(dy + at) * slope);
  }
}

/** Sum of one to four terms, 0 for those left out; all are read before a place is written. */
export function sumTerms(
  y: usize,
  count: i32,
  first: usize,
  second: usize,
  third: usize,
  fourth: usize,
): void {
  const bytes = (<usize>count) << 2;
  const vectors = bytes & ~15;
  let at: usize = 0;
  for (; at < vectors; at += 16) {
    let sum = v128.load(first + at);
    if (second) sum = f32x4.add(sum, v128.load(second + at));
    if (third) sum = f32x4.add(sum, v128.load(third + at));
    if (fourth) sum = f32x4.add(sum, v128.load(fourth + at));
    v128.store(y + at, sum);
  }
  for (; at < bytes; at += 4) {
    let sum = load<f32>(first + at);
    if (second) sum += load<f32>(second + at);
    if (third) sum += load<f32>(third + at);
    if (fourth) sum += load<f32>(fourth + at);
    store<f32>(y + at, sum);
  }
}

/** `dropoutBits` of `plan/ops/dropout.ts`, which defines the mask. */
export function dropout(
  from: usize,
  to: usize,
  count: i32,
  step: usize,
  seed: u32,
  rate: f64,
): void {
  const limit = rate * 4294967296.0;
  const factor = <f32>(1 / (1 - rate));
  const start = mix(mix(seed) + load<u32>(step));
  for (let place = 0; place < count; place += 1) {
    const at = (<usize>place) << 2;
    const bits = mix(start + <u32>place);
    store<f32>(to + at, <f64>bits >= limit ? load<f32>(from + at) * factor : 0);
  }
}

function mix(value: u32): u32 {
  let bits = value;
  bits = (bits ^ (bits >> 16)) * 0x7feb352d;
  bits = (bits ^ (bits >> 15)) * 0x846ca68b;
  return bits ^ (bits >> 16);
}

/** The inner map into, or out of, the larger one around it; what lies outside stays or is left. */
export function moveInner(
  images: i32,
  height: i32,
  width: i32,
  outerHeight: i32,
  outerWidth: i32,
  channels: i32,
  top: i32,
  left: i32,
  inner: usize,
  outer: usize,
  outward: bool,
): void {
  const pixelBytes = (<usize>channels) << 2;
  const length = pixelBytes * <usize>width;
  for (let image = 0; image < images; image += 1) {
    for (let row = 0; row < height; row += 1) {
      const inside = inner + <usize>(image * height + row) * length;
      const line = (image * outerHeight + top + row) * outerWidth + left;
      const outside = outer + <usize>line * pixelBytes;
      if (outward) memory.copy(outside, inside, length);
      else memory.copy(inside, outside, length);
    }
  }
}
