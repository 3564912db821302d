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
  for (let row = 0; row < rows; row += 1) {
    const p = x + <usize>row * bytes;
    const q = y + <usize>row * bytes;
    let at: usize = 0;
    for (; at < vectors; at += 16) {
      const centered = f32x4.sub(v128.load(p + at), v128.load(mean + at));
      const value = f32x4.add(f32x4.mul(centered, v128.load(scratch + at)), v128.load(shift + at));
      v128.store(q + at, value);
    }
    for (; at < bytes; at += 4) {
      const centered = load<f32>(p + at) - load<f32>(mean + at);
      const value = centered * load<f32>(scratch + at) + load<f32>(shift + at);
      store<f32>(q + at, value);
    }
  }
}

/** Sums over rows of `dy` and of `dy * xHat`. `scratch` is two rows. */
export function normalizationSums(
  dy: usize,
  x: usize,
  rows: i32,
  channels: i32,
  mean: usize,
  variance: usize,
  epsilon: f32,
  sumDy: usize,
  sumDyXhat: usize,
  scratch: usize,
): void {
  const bytes = (<usize>channels) << 2;
  const vectors = bytes & ~15;
  const partSums = scratch;
  const partProducts = partSums + bytes;
  clearValues(sumDy, channels);
  clearValues(sumDyXhat, channels);
  for (let start = 0; start < rows; start += PART) {
    const end = min(rows, start + PART);
    clearValues(scratch, channels * 2);
    for (let row = start; row < end; row += 1) {
      const offset = <usize>row * bytes;
      let at: usize = 0;
      for (; at < vectors; at += 16) {
        const d = v128.load(dy + offset + at);
        const centered = f32x4.sub(v128.load(x + offset + at), v128.load(mean + at));
        v128.store(partSums + at, f32x4.add(v128.load(partSums + at), d));
        const product = f32x4.mul(d, centered);
        v128.store(partProducts + at, f32x4.add(v128.load(partProducts + at), product));
      }
      for (; at < bytes; at += 4) {
        const d = load<f32>(dy + offset + at);
        const centered = load<f32>(x + offset + at) - load<f32>(mean + at);
        store<f32>(partSums + at, load<f32>(partSums + at) + d);
        store<f32>(partProducts + at, load<f32>(partProducts + at) + d * centered);
      }
    }
    addInto(sumDy, partSums, channels);
    addInto(sumDyXhat, partProducts, channels);
  }
  for (let at: usize = 0; at < bytes; at += 4) {
    const scale: f32 = 1 / sqrt<f32>(load<f32>(variance + at) + epsilon);
    store<f32>(sumDyXhat + at, load<f32>(sumDyXhat + at) * scale);
  }
}

/** The gradient of the input from those sums; `dx` may lie where `dy` or `x` does. `scratch` is three rows. */
export function normalizationGradient(
  dy: usize,
  x: usize,
  rows: i32,
  channels: i32,
  mean: usize,
  variance: usize,
  gamma: usize,
  epsilon: f32,
  sumDy: usize,
  sumDyXhat: usize,
  dx: usize,
  scratch: usize,
): void {
  const bytes = (<usize>channels) << 2;
  const vectors = bytes & ~15;
  const means = scratch;
  const slopes = means + bytes;
  const shares = slopes + bytes;
  for (let at: usize = 0; at < bytes; at += 4) {
    const scale: f32 = 1 / sqrt<f32>(load<f32>(variance + at) + epsilon);
    store<f32>(shares + at, gamma ? scale * load<f32>(gamma + at) : scale);
    store<f32>(means + at, load<f32>(sumDy + at) / <f32>rows);
    store<f32>(slopes + at, (load<f32>(sumDyXhat + at) * scale) / <f32>rows);
  }
  for (let row = 0; row < rows; row += 1) {
    const offset = <usize>row * bytes;
    let at: usize = 0;
    for (; at < vectors; at += 16) {
      const d = v128.load(dy + offset + at);
      const centered = f32x4.sub(v128.load(x + offset + at), v128.load(mean + at));
      const common = f32x4.add(v128.load(means + at), f32x4.mul(centered, v128.load(slopes + at)));
      v128.store(dx + offset + at, f32x4.mul(f32x4.sub(d, common), v128.load(shares + at)));
    }
    for (; at < bytes; at += 4) {
      const d = load<f32>(dy + offset + at);
      const centered = load<f32>(x + offset + at) - load<f32>(mean + at);
      const common = load<f32>(means + at) + centered * load<f32>(slopes + at);
      store<f32>(dx + offset + at, (d - common) * load<f32>(shares + at));
    }
  }
}

/** `moving = moving * keep + batch * take` */
export function movingAverage(moving: usize, batch: usize, count: i32, keep: f32, take: f32): void {
  for (let at: usize = 0; at < (<usize>count) << 2; at += 4)
    store<f32>(moving + at, load<f32>(moving + at) * keep + load<f32>(batch + at) * take);
}
