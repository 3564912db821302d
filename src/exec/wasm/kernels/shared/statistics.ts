/**
 * Mean and spread of each channel over a part of a map's rows, from one look at it. A part is `mean[channels]`,
 * `spread[channels]` (sum of squared distances from the mean), then the number of its rows and three numbers that align
 * the next part.
 *
 * Distances are taken from the part's first row. It is one of the values, so what is taken off the sum of their
 * squares is at most `rows` times what is left; the mean of equal values is that value, and their spread 0.
 */
import { madd } from "./arithmetic";

export function partBytes(channels: i32): usize {
  return (<usize>(channels * 2 + 4)) << 2;
}

export function partStatistics(x: usize, rows: i32, channels: i32, part: usize): void {
  const bytes = (<usize>channels) << 2;
  let at: usize = 0;
  for (; at + 64 <= bytes; at += 64) takeSixteen(x + at, rows, bytes, part + at);
  for (; at + 16 <= bytes; at += 16) takeFour(x + at, rows, bytes, part + at);
  for (; at < bytes; at += 4) takeOne(x + at, rows, bytes, part + at);
  store<f32>(part + 2 * bytes, <f32>rows);
}

/**
 * A cache line of channels, all their sums in registers. Rows are added in pairs, the first one to itself where their
 * number is odd: its distance is 0.
 *
 * @param mean of the first channel.
 */
function takeSixteen(x: usize, rows: i32, bytes: usize, mean: usize): void {
  const start0 = v128.load(x);
  const start1 = v128.load(x, 16);
  const start2 = v128.load(x, 32);
  const start3 = v128.load(x, 48);
  let sum0 = f32x4.splat(0);
  let sum1 = sum0;
  let sum2 = sum0;
  let sum3 = sum0;
  let squares0 = sum0;
  let squares1 = sum0;
  let squares2 = sum0;
  let squares3 = sum0;
  const end = x + <usize>rows * bytes;
  let first = sum0;
  let second = sum0;
  let from = x;
  for (let next = secondOf(x, rows, bytes); next < end; next += 2 * bytes) {
    first = f32x4.sub(v128.load(from), start0);
    second = f32x4.sub(v128.load(next), start0);
    sum0 = f32x4.add(sum0, f32x4.add(first, second));
    squares0 = f32x4.add(squares0, madd(first, first, f32x4.mul(second, second)));
    first = f32x4.sub(v128.load(from, 16), start1);
    second = f32x4.sub(v128.load(next, 16), start1);
    sum1 = f32x4.add(sum1, f32x4.add(first, second));
    squares1 = f32x4.add(squares1, madd(first, first, f32x4.mul(second, second)));
    first = f32x4.sub(v128.load(from, 32), start2);
    second = f32x4.sub(v128.load(next, 32), start2);
    sum2 = f32x4.add(sum2, f32x4.add(first, second));
    squares2 = f32x4.add(squares2, madd(first, first, f32x4.mul(second, second)));
    first = f32x4.sub(v128.load(from, 48), start3);
    second = f32x4.sub(v128.load(next, 48), start3);
    sum3 = f32x4.add(sum3, f32x4.add(first, second));
    squares3 = f32x4.add(squares3, madd(first, first, f32x4.mul(second, second)));
    from = next + bytes;
  }
  settle(mean, bytes, rows, start0, sum0, squares0);
  settle(mean + 16, bytes, rows, start1, sum1, squares1);
  settle(mean + 32, bytes, rows, start2, sum2, squares2);
  settle(mean + 48, bytes, rows, start3, sum3, squares3);
}

function takeFour(x: usize, rows: i32, bytes: usize, mean: usize): void {
  const start = v128.load(x);
  let sum = f32x4.splat(0);
  let squares = sum;
  const end = x + <usize>rows * bytes;
  let from = x;
  for (let next = secondOf(x, rows, bytes); next < end; next += 2 * bytes) {
    const first = f32x4.sub(v128.load(from), start);
    const second = f32x4.sub(v128.load(next), start);
    sum = f32x4.add(sum, f32x4.add(first, second));
    squares = f32x4.add(squares, madd(first, first, f32x4.mul(second, second)));
    from = next + bytes;
  }
  settle(mean, bytes, rows, start, sum, squares);
}

/** The second row of the first pair. */
function secondOf(x: usize, rows: i32, bytes: usize): usize {
  return rows & 1 ? x : x + bytes;
}

function settle(mean: usize, bytes: usize, rows: i32, start: v128, sum: v128, squares: v128): void {
  const distance = f32x4.div(sum, f32x4.splat(<f32>rows));
  v128.store(mean, f32x4.add(start, distance));
  v128.store(mean + bytes, f32x4.sub(squares, f32x4.mul(sum, distance)));
}

function takeOne(x: usize, rows: i32, bytes: usize, mean: usize): void {
  const start = load<f32>(x);
  let sum: f32 = 0;
  let squares: f32 = 0;
  const end = x + <usize>rows * bytes;
  for (let from = x + bytes; from < end; from += bytes) {
    const distance = load<f32>(from) - start;
    sum += distance;
    squares += distance * distance;
  }
  const distance = sum / <f32>rows;
  store<f32>(mean, start + distance);
  store<f32>(mean + bytes, squares - sum * distance);
}

/** `sums[c] += ` the sum over rows. */
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

/** Not by a factor, whose own rounding would keep the mean of equal values from being that value. */
export function divideValues(values: usize, count: i32, divisor: f32): void {
  for (let at: usize = 0; at < (<usize>count) << 2; at += 4)
    store<f32>(values + at, load<f32>(values + at) / divisor);
}
