/**
 * One line of a 3x3 depthwise convolution: tiles of four places, four channels at a time. `above`, `middle` and `below`
 * are lines of a ring (`ring.ts`), which begin with the pixel at the left of the first. Filters are laid out by
 * four channels, `[channels / 4][9 taps][4]`, so that they are read in order.
 */
import { madd } from "./arithmetic";

const TAPS: usize = 9;
/** From one four channels of a filter to the next. */
const GROUP: usize = 16 * TAPS;

/** Channels with those that fill up the last four. */
export function toVectors(channels: i32): i32 {
  return (channels + 3) & ~3;
}

/** `[9 taps][channels]` laid out, its taps in reverse where `isTurned`: that gives the gradient of the input. */
export function layOutFilter(filter: usize, channels: i32, isTurned: bool, target: usize): void {
  for (let tap = 0; tap < <i32>TAPS; tap += 1) {
    const from = filter + ((<usize>((isTurned ? <i32>TAPS - 1 - tap : tap) * channels)) << 2);
    const to = target + ((<usize>tap) << 4);
    for (let channel = 0; channel < toVectors(channels); channel += 1) {
      const value: f32 = channel < channels ? load<f32>(from + ((<usize>channel) << 2)) : 0;
      store<f32>(laidOut(to, channel), value);
    }
  }
}

/** Back to `[9 taps][channels]`. */
export function takeFilter(source: usize, channels: i32, filter: usize): void {
  let to = filter;
  for (let tap: usize = 0; tap < TAPS; tap += 1) {
    for (let channel = 0; channel < channels; channel += 1) {
      store<f32>(to, load<f32>(laidOut(source + (tap << 4), channel)));
      to += 4;
    }
  }
}

function laidOut(tap: usize, channel: i32): usize {
  return tap + <usize>(channel >> 2) * GROUP + ((<usize>(channel & 3)) << 2);
}

/**
 * @param target pixels `targetPixel` bytes apart, a multiple of 16.
 * @param spill room for a pixel of whole vectors, for places behind the line's end.
 */
export function convolveLine(
  above: usize,
  middle: usize,
  below: usize,
  filter: usize,
  width: i32,
  channels: i32,
  target: usize,
  targetPixel: usize,
  spill: usize,
): void {
  const pixel = (<usize>channels) << 2;
  for (let column = 0; column < width; column += 4) {
    const y0 = target + <usize>column * targetPixel;
    const y1 = column + 1 < width ? y0 + targetPixel : spill;
    const y2 = column + 2 < width ? y0 + 2 * targetPixel : spill;
    const y3 = column + 3 < width ? y0 + 3 * targetPixel : spill;
    let upper = above + <usize>column * pixel;
    let center = middle + <usize>column * pixel;
    let lower = below + <usize>column * pixel;
    let weights = filter;
    for (let at: usize = 0; at < pixel; at += 16) {
      let left = v128.load(weights);
      let own = v128.load(weights, 16);
      let right = v128.load(weights, 32);
      let value = v128.load(upper);
      let s0 = f32x4.mul(value, left);
      value = v128.load(upper + pixel);
      s0 = madd(value, own, s0);
      let s1 = f32x4.mul(value, left);
      value = v128.load(upper + 2 * pixel);
      s0 = madd(value, right, s0);
      s1 = madd(value, own, s1);
      let s2 = f32x4.mul(value, left);
      value = v128.load(upper + 3 * pixel);
      s1 = madd(value, right, s1);
      s2 = madd(value, own, s2);
      let s3 = f32x4.mul(value, left);
      value = v128.load(upper + 4 * pixel);
      s2 = madd(value, right, s2);
      s3 = madd(value, own, s3);
      s3 = madd(v128.load(upper + 5 * pixel), right, s3);

      left = v128.load(weights, 48);
      own = v128.load(weights, 64);
      right = v128.load(weights, 80);
      s0 = madd(v128.load(center), left, s0);
      value = v128.load(center + pixel);
      s0 = madd(value, own, s0);
      s1 = madd(value, left, s1);
      value = v128.load(center + 2 * pixel);
      s0 = madd(value, right, s0);
      s1 = madd(value, own, s1);
      s2 = madd(value, left, s2);
      value = v128.load(center + 3 * pixel);
      s1 = madd(value, right, s1);
      s2 = madd(value, own, s2);
      s3 = madd(value, left, s3);
      value = v128.load(center + 4 * pixel);
      s2 = madd(value, right, s2);
      s3 = madd(value, own, s3);
      s3 = madd(v128.load(center + 5 * pixel), right, s3);

      left = v128.load(weights, 96);
      own = v128.load(weights, 112);
      right = v128.load(weights, 128);
      s0 = madd(v128.load(lower), left, s0);
      value = v128.load(lower + pixel);
      s0 = madd(value, own, s0);
      s1 = madd(value, left, s1);
      value = v128.load(lower + 2 * pixel);
      s0 = madd(value, right, s0);
      s1 = madd(value, own, s1);
      s2 = madd(value, left, s2);
      value = v128.load(lower + 3 * pixel);
      s1 = madd(value, right, s1);
      s2 = madd(value, own, s2);
      s3 = madd(value, left, s3);
      value = v128.load(lower + 4 * pixel);
      s2 = madd(value, right, s2);
      s3 = madd(value, own, s3);
      s3 = madd(v128.load(lower + 5 * pixel), right, s3);

      v128.store(y0 + at, s0);
      v128.store(y1 + at, s1);
      v128.store(y2 + at, s2);
      v128.store(y3 + at, s3);
      upper += 16;
      center += 16;
      lower += 16;
      weights += GROUP;
    }
  }
}

/**
 * Adds a line's products to the gradient of the filter, which is laid out as filters are.
 *
 * @param above with `middle` and `below` lines of `dy`.
 * @param x a line as it lies in the map.
 * @param zeros a pixel, for places behind the line's end.
 */
export function addFilterGradient(
  above: usize,
  middle: usize,
  below: usize,
  x: usize,
  zeros: usize,
  width: i32,
  channels: i32,
  gradient: usize,
): void {
  const pixel = (<usize>channels) << 2;
  for (let column = 0; column < width; column += 4) {
    const x0 = x + <usize>column * pixel;
    const x1 = column + 1 < width ? x0 + pixel : zeros;
    const x2 = column + 2 < width ? x0 + 2 * pixel : zeros;
    const x3 = column + 3 < width ? x0 + 3 * pixel : zeros;
    const offset = <usize>column * pixel;
    let sums = gradient;
    for (let at: usize = 0; at < pixel; at += 16) {
      const v0 = v128.load(x0 + at);
      const v1 = v128.load(x1 + at);
      const v2 = v128.load(x2 + at);
      const v3 = v128.load(x3 + at);
      // The taps of the upper row met the places of the line below.
      addTaps(below + offset + at, pixel, v0, v1, v2, v3, sums);
      addTaps(middle + offset + at, pixel, v0, v1, v2, v3, sums + 48);
      addTaps(above + offset + at, pixel, v0, v1, v2, v3, sums + 96);
      sums += GROUP;
    }
  }
}

/** Three taps of a row, against six places of `dy`. */
function addTaps(
  dy: usize,
  pixel: usize,
  v0: v128,
  v1: v128,
  v2: v128,
  v3: v128,
  sums: usize,
): void {
  let left = v128.load(sums);
  let own = v128.load(sums, 16);
  let right = v128.load(sums, 32);
  right = madd(v128.load(dy), v0, right);
  let gradient = v128.load(dy + pixel);
  own = madd(gradient, v0, own);
  right = madd(gradient, v1, right);
  gradient = v128.load(dy + 2 * pixel);
  left = madd(gradient, v0, left);
  own = madd(gradient, v1, own);
  right = madd(gradient, v2, right);
  gradient = v128.load(dy + 3 * pixel);
  left = madd(gradient, v1, left);
  own = madd(gradient, v2, own);
  right = madd(gradient, v3, right);
  gradient = v128.load(dy + 4 * pixel);
  left = madd(gradient, v2, left);
  own = madd(gradient, v3, own);
  left = madd(v128.load(dy + 5 * pixel), v3, left);
  v128.store(sums, left);
  v128.store(sums, own, 16);
  v128.store(sums, right, 32);
}
