/**
 * Batch normalisation in two passes over the map for the statistics and one to apply them; the formulas are
 * those of `exec/reference/batchNormalization.ts`. A pointer of 0 stands for an operand that is left out.
 */
import { addInto, clearValues, sumRows } from "./channels";

/** Rows that a partial sum holds before it joins the total. */
const PART: i32 = 64;

/** Mean and biased variance of each channel. `scratch` is one row. */
export function batchStatistics(
  x: usize,
  rows: i32,
  channels: i32,
  mean: usize,
  variance: usize,
  scratch: usize,
): void {
  sumRows(x, rows, channels, mean, scratch);
  divide(mean, channels, <f32>rows);
  const bytes = (<usize>channels) << 2;
  const vectors = bytes & ~15;
  clearValues(variance, channels);
  for (let start = 0; start < rows; start += PART) {
    const end = min(rows, start + PART);
    clearValues(scratch, channels);
    let row = start;
    for (; row < end; row += 1) {
      const p = x + <usize>row * bytes;
      let at: usize = 0;
      for (; at < vectors; at += 16) {
        const d = f32x4.sub(v128.load(p + at), v128.load(mean + at));
        v128.store(scratch + at, f32x4.add(v128.load(scratch + at), f32x4.mul(d, d)));
      }
      for (; at < bytes; at += 4) {
        const d = load<f32>(p + at) - load<f32>(mean + at);
        store<f32>(scratch + at, load<f32>(scratch + at) + d * d);
      }
    }
    addInto(variance, scratch, channels);
  }
  divide(variance, channels, <f32>rows);
}

function divide(values: usize, count: i32, by: f32): void {
  for (let at: usize = 0; at < (<usize>count) << 2; at += 4)
    store<f32>(values + at, load<f32>(values + at) / by);
}

/** `y = (x - mean) * gamma / sqrt(variance + epsilon) + beta`. `scratch` is two rows: scale and shift. */
export function normalize(
  x: usize,
  rows: i32,
  channels: i32,
  mean: usize,
  variance: usize,
  gamma: usize,
  beta: usize,
  epsilon: f32,
  relu: bool,
  y: usize,
  scratch: usize,
): void {
  const bytes = (<usize>channels) << 2;
  const vectors = bytes & ~15;
  const shift = scratch + bytes;
  for (let at: usize = 0; at < bytes; at += 4) {
    const scale =
      (gamma ? load<f32>(gamma + at) : 1) / sqrt<f32>(load<f32>(variance + at) + epsilon);
    store<f32>(scratch + at, scale);
    store<f32>(shift + at, beta ? load<f32>(beta + at) : 0);
  }
  const zero = f32x4.splat(0);
  for (let row = 0; row < rows; row += 1) {
    const p = x + <usize>row * bytes;
    const q = y + <usize>row * bytes;
    let at: usize = 0;
    for (; at < vectors; at += 16) {
      const centered = f32x4.sub(v128.load(p + at), v128.load(mean + at));
      const value = f32x4.add(f32x4.mul(centered, v128.load(scratch + at)), v128.load(shift + at));
      // NaN is not below zero and stays; pmax is one instruction on x86, which max is not.
      v128.store(q + at, relu ? f32x4.pmax(value, zero) : value);
    }
    for (; at < bytes; at += 4) {
      const centered = load<f32>(p + at) - load<f32>(mean + at);
      const value = centered * load<f32>(scratch + at) + load<f32>(shift + at);
      store<f32>(q + at, relu && value < 0 ? 0 : value);
    }
  }
}

/** The gradients of input, gamma and beta; `y` only behind a fused ReLU. `scratch` is six rows. */
export function batchNormalizationGradient(
  dy: usize,
  x: usize,
  rows: i32,
  channels: i32,
  mean: usize,
  variance: usize,
  gamma: usize,
  y: usize,
  epsilon: f32,
  dx: usize,
  dgamma: usize,
  dbeta: usize,
  scratch: usize,
): void {
  const bytes = (<usize>channels) << 2;
  const vectors = bytes & ~15;
  const sums = scratch;
  const products = sums + bytes;
  const partSums = products + bytes;
  const partProducts = partSums + bytes;
  const slopes = partProducts + bytes;
  const shares = slopes + bytes;
  clearValues(scratch, channels * 2);
  const zero = f32x4.splat(0);
  for (let start = 0; start < rows; start += PART) {
    const end = min(rows, start + PART);
    clearValues(partSums, channels * 2);
    for (let row = start; row < end; row += 1) {
      const offset = <usize>row * bytes;
      let at: usize = 0;
      for (; at < vectors; at += 16) {
        let d = v128.load(dy + offset + at);
        if (y) d = v128.and(d, f32x4.gt(v128.load(y + offset + at), zero));
        const centered = f32x4.sub(v128.load(x + offset + at), v128.load(mean + at));
        v128.store(partSums + at, f32x4.add(v128.load(partSums + at), d));
        const product = f32x4.mul(d, centered);
        v128.store(partProducts + at, f32x4.add(v128.load(partProducts + at), product));
      }
      for (; at < bytes; at += 4) {
        const passes = y === 0 || load<f32>(y + offset + at) > 0;
        const d: f32 = passes ? load<f32>(dy + offset + at) : 0;
        const centered = load<f32>(x + offset + at) - load<f32>(mean + at);
        store<f32>(partSums + at, load<f32>(partSums + at) + d);
        store<f32>(partProducts + at, load<f32>(partProducts + at) + d * centered);
      }
    }
    addInto(sums, partSums, channels * 2);
  }
  for (let at: usize = 0; at < bytes; at += 4) {
    const scale: f32 = 1 / sqrt<f32>(load<f32>(variance + at) + epsilon);
    const sum = load<f32>(sums + at);
    const product = load<f32>(products + at) * scale;
    if (dbeta) store<f32>(dbeta + at, sum);
    if (dgamma) store<f32>(dgamma + at, product);
    store<f32>(shares + at, gamma ? scale * load<f32>(gamma + at) : scale);
    store<f32>(sums + at, sum / <f32>rows);
    store<f32>(slopes + at, (product * scale) / <f32>rows);
  }
  if (!dx) return;
  for (let row = 0; row < rows; row += 1) {
    const offset = <usize>row * bytes;
    let at: usize = 0;
    for (; at < vectors; at += 16) {
      let d = v128.load(dy + offset + at);
      if (y) d = v128.and(d, f32x4.gt(v128.load(y + offset + at), zero));
      const centered = f32x4.sub(v128.load(x + offset + at), v128.load(mean + at));
      const common = f32x4.add(v128.load(sums + at), f32x4.mul(centered, v128.load(slopes + at)));
      v128.store(dx + offset + at, f32x4.mul(f32x4.sub(d, common), v128.load(shares + at)));
    }
    for (; at < bytes; at += 4) {
      const passes = y === 0 || load<f32>(y + offset + at) > 0;
      const d: f32 = passes ? load<f32>(dy + offset + at) : 0;
      const centered = load<f32>(x + offset + at) - load<f32>(mean + at);
      const common = load<f32>(sums + at) + centered * load<f32>(slopes + at);
      store<f32>(dx + offset + at, (d - common) * load<f32>(shares + at));
    }
  }
}

/** `moving = moving * keep + batch * take` */
export function movingAverage(moving: usize, batch: usize, count: i32, keep: f32, take: f32): void {
  for (let at: usize = 0; at < (<usize>count) << 2; at += 4)
    store<f32>(moving + at, load<f32>(moving + at) * keep + load<f32>(batch + at) * take);
}
