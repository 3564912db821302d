/**
 * Mean and spread of each channel over a part of a map's rows, which must be small enough to stay in the cache
 * between the two passes over it. A part consists of `mean[channels]`, `spread[channels]` (the sum of squared
 * distances from the mean), `drift[channels]`, the number of its rows, and three numbers that align the next part.
 * The drift is the sum of distances from the mean, which is 0 except for rounding; it corrects the other two.
 */

import { madd } from "./arithmetic";
import { clearValues } from "./channels";

export function partBytes(channels: i32): usize {
  return (<usize>(channels * 3 + 4)) << 2;
}

export function partStatistics(x: usize, rows: i32, channels: i32, part: usize): void {
  const bytes = (<usize>channels) << 2;
  clearValues(part, channels * 3);
  addRows(x, rows, channels, part);
  divideValues(part, channels, <f32>rows);
  addSpread(x, rows, channels, part);
  correct(part, rows, bytes);
  store<f32>(part + 3 * bytes, <f32>rows);
}

function correct(mean: usize, rows: i32, bytes: usize): void {
  const spread = mean + bytes;
  const drift = spread + bytes;
  for (let at: usize = 0; at < bytes; at += 4) {
    const sum = load<f32>(drift + at);
    const distance = sum / <f32>rows;
    store<f32>(mean + at, load<f32>(mean + at) + distance);
    store<f32>(spread + at, load<f32>(spread + at) - sum * distance);
  }
}

/** Adds the sum over rows to `sums[channels]`. */
export function addRows(x: usize, rows: i32, channels: i32, sums: usize): void {
  const bytes = (<usize>channels) << 2;
  const vectors = bytes & ~15;
  let from = x;
  let row = 0;
  for (; row + 4 <= rows; row += 4) {
    let at: usize = 0;
    for (; at < vectors; at += 16) {
      const p = from + at;
      const low = f32x4.add(v128.load(p), v128.load(p + bytes));
      const high = f32x4.add(v128.load(p + 2 * bytes), v128.load(p + 3 * bytes));
      v128.store(sums + at, f32x4.add(v128.load(sums + at), f32x4.add(low, high)));
    }
    for (; at < bytes; at += 4) {
      const p = from + at;
      const low = load<f32>(p) + load<f32>(p + bytes);
      const high = load<f32>(p + 2 * bytes) + load<f32>(p + 3 * bytes);
      store<f32>(sums + at, load<f32>(sums + at) + (low + high));
    }
    from += 4 * bytes;
  }
  for (; row < rows; row += 1) {
    let at: usize = 0;
    for (; at < vectors; at += 16)
      v128.store(sums + at, f32x4.add(v128.load(sums + at), v128.load(from + at)));
    for (; at < bytes; at += 4) store<f32>(sums + at, load<f32>(sums + at) + load<f32>(from + at));
    from += bytes;
  }
}

/** Divides, since a product with the rounded reciprocal could give equal values another mean than their own. */
export function divideValues(values: usize, count: i32, divisor: f32): void {
  for (let at: usize = 0; at < (<usize>count) << 2; at += 4)
    store<f32>(values + at, load<f32>(values + at) / divisor);
}

function addSpread(x: usize, rows: i32, channels: i32, mean: usize): void {
  const bytes = (<usize>channels) << 2;
  const vectors = bytes & ~15;
  const spread = mean + bytes;
  const drift = spread + bytes;
  let from = x;
  let row = 0;
  for (; row + 4 <= rows; row += 4) {
    let at: usize = 0;
    for (; at < vectors; at += 16) {
      const p = from + at;
      const center = v128.load(mean + at);
      const first = f32x4.sub(v128.load(p), center);
      const second = f32x4.sub(v128.load(p + bytes), center);
      const third = f32x4.sub(v128.load(p + 2 * bytes), center);
      const fourth = f32x4.sub(v128.load(p + 3 * bytes), center);
      const sum = f32x4.add(f32x4.add(first, second), f32x4.add(third, fourth));
      const low = madd(first, first, f32x4.mul(second, second));
      const high = madd(third, third, f32x4.mul(fourth, fourth));
      v128.store(drift + at, f32x4.add(v128.load(drift + at), sum));
      v128.store(spread + at, f32x4.add(v128.load(spread + at), f32x4.add(low, high)));
    }
    for (; at < bytes; at += 4)
      for (let p = from + at; p < from + 4 * bytes; p += bytes) addDistance(p, mean + at, bytes);
    from += 4 * bytes;
  }
  for (; row < rows; row += 1) {
    for (let at: usize = 0; at < bytes; at += 4) addDistance(from + at, mean + at, bytes);
    from += bytes;
  }
}

function addDistance(value: usize, mean: usize, bytes: usize): void {
  const spread = mean + bytes;
  const drift = spread + bytes;
  const distance = load<f32>(value) - load<f32>(mean);
  store<f32>(spread, load<f32>(spread) + distance * distance);
  store<f32>(drift, load<f32>(drift) + distance);
}
