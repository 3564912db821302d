/**
 * One line of a 3x3 depthwise convolution, four channels at a time. The window slides along the line and keeps its
 * nine weights, or the nine sums of their gradient, in registers. All lines have the layout of `groups.ts`, and a
 * filter is `[channels / 4][9 taps][4]`.
 */
import { takeGroups } from "../generated/masks";
import { madd } from "./arithmetic";
import { groupsOf } from "./groups";

const TAPS: usize = 9;
/** Bytes from one group of a filter to the next. */
const GROUP: usize = 144;

/**
 * Rearranges a filter `[9 taps][channels]` by groups of channels. Where `isTurned`, the order of the taps is
 * reversed, as the gradient with respect to the input needs it.
 */
export function layOutFilter(filter: usize, channels: i32, isTurned: bool, target: usize): void {
  const bytes = (<usize>channels) << 2;
  let group = target;
  for (let at: usize = 0; at < bytes; at += 16) {
    for (let tap: usize = 0; tap < TAPS; tap += 1) {
      const place = isTurned ? TAPS - 1 - tap : tap;
      v128.store(group + (place << 4), v128.load(filter + tap * bytes + at));
    }
    group += GROUP;
  }
}

/** Rearranges a filter back to `[9 taps][channels]`. */
export function takeFilter(source: usize, channels: i32, filter: usize): void {
  for (let tap: usize = 0; tap < TAPS; tap += 1)
    takeGroups(source + (tap << 4), GROUP, 1, channels, filter + ((tap * <usize>channels) << 2));
}

/**
 * Convolves one line. Each column of the map is read once and contributes to the three results around it.
 *
 * @param target the first result of the first group.
 * @param step bytes from one result to the next.
 * @param group bytes from one group of results to the next.
 * @param spill 16 bytes that receive what would lie left of the line.
 */
export function convolveLine(
  above: usize,
  middle: usize,
  below: usize,
  filter: usize,
  width: i32,
  channels: i32,
  target: usize,
  step: usize,
  group: usize,
  spill: usize,
): void {
  const lineBytes = (<usize>width) << 4;
  const end = filter + <usize>groupsOf(channels) * GROUP;
  let upper = above;
  let center = middle;
  let lower = below;
  let start = target;
  for (let w = filter; w < end; w += GROUP) {
    const w0 = v128.load(w);
    const w1 = v128.load(w, 16);
    const w2 = v128.load(w, 32);
    const w3 = v128.load(w, 48);
    const w4 = v128.load(w, 64);
    const w5 = v128.load(w, 80);
    const w6 = v128.load(w, 96);
    const w7 = v128.load(w, 112);
    const w8 = v128.load(w, 128);
    // `left` is the sum of the result left of the column that is read, `own` that of the result at the column.
    let left = f32x4.splat(0);
    let own = left;
    let place = spill;
    let next = start;
    for (const stop = upper + lineBytes; upper < stop; upper += 16) {
      let value = v128.load(upper);
      let done = madd(value, w2, left);
      left = madd(value, w1, own);
      own = f32x4.mul(value, w0);
      value = v128.load(center);
      done = madd(value, w5, done);
      left = madd(value, w4, left);
      own = madd(value, w3, own);
      value = v128.load(lower);
      done = madd(value, w8, done);
      left = madd(value, w7, left);
      own = madd(value, w6, own);
      v128.store(place, done);
      place = next;
      next += step;
      center += 16;
      lower += 16;
    }
    v128.store(place, left);
    start += group;
  }
}

/**
 * Adds a line's products to the gradient of the filter.
 *
 * @param above with `middle` and `below` three lines of `dy`. The upper taps belong to the results of the line below.
 */
export function addFilterGradient(
  above: usize,
  middle: usize,
  below: usize,
  x: usize,
  width: i32,
  channels: i32,
  gradient: usize,
): void {
  const lineBytes = (<usize>width) << 4;
  const end = gradient + <usize>groupsOf(channels) * GROUP;
  let upper = above;
  let center = middle;
  let lower = below;
  let values = x;
  for (let w = gradient; w < end; w += GROUP) {
    let s0 = v128.load(w);
    let s1 = v128.load(w, 16);
    let s2 = v128.load(w, 32);
    let s3 = v128.load(w, 48);
    let s4 = v128.load(w, 64);
    let s5 = v128.load(w, 80);
    let s6 = v128.load(w, 96);
    let s7 = v128.load(w, 112);
    let s8 = v128.load(w, 128);
    // `before`, `here` and `after` are the columns of `x` left of, at and right of the gradient that is read.
    let before = f32x4.splat(0);
    let here = v128.load(values);
    const stop = upper + lineBytes;
    while (upper < stop) {
      upper += 16;
      const after = upper < stop ? v128.load(values, 16) : f32x4.splat(0);
      let dy = v128.load(lower);
      s0 = madd(dy, before, s0);
      s1 = madd(dy, here, s1);
      s2 = madd(dy, after, s2);
      dy = v128.load(center);
      s3 = madd(dy, before, s3);
      s4 = madd(dy, here, s4);
      s5 = madd(dy, after, s5);
      dy = v128.load(upper - 16);
      s6 = madd(dy, before, s6);
      s7 = madd(dy, here, s7);
      s8 = madd(dy, after, s8);
      before = here;
      here = after;
      center += 16;
      lower += 16;
      values += 16;
    }
    v128.store(w, s0);
    v128.store(w, s1, 16);
    v128.store(w, s2, 32);
    v128.store(w, s3, 48);
    v128.store(w, s4, 64);
    v128.store(w, s5, 80);
    v128.store(w, s6, 96);
    v128.store(w, s7, 112);
    v128.store(w, s8, 128);
  }
}
