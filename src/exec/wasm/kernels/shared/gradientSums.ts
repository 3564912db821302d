/**
 * The sums that the gradient of a normalisation needs, taken where its `dy` is computed. Each chunk writes one part:
 * the sum of `dy` and the sum of `dy * (x - mean)`, each a row of channels.
 */

import { GradientSums } from "../generated/calls";
import { madd } from "./arithmetic";
import { clearValues } from "./channels";

function partOf(sums: GradientSums, chunk: i32, channels: i32): usize {
  return sums.parts + ((<usize>(chunk * channels)) << 3);
}

/** A kernel calls this once for each chunk, before it has any rows. */
export function clearSums(sums: GradientSums, chunk: i32, channels: i32): void {
  if (sums.x) clearValues(partOf(sums, chunk, channels), channels * 2);
}

/** @param first the first row of `dy`, counted over the whole map. */
export function addSums(
  sums: GradientSums,
  chunk: i32,
  first: i32,
  rows: i32,
  channels: i32,
  dy: usize,
): void {
  if (!sums.x) return;
  const bytes = (<usize>channels) << 2;
  const mean: usize = sums.mean;
  const part = partOf(sums, chunk, channels);
  const x = sums.x + <usize>first * bytes;
  let at: usize = 0;
  for (; at + 64 <= bytes; at += 64) addSixteen(dy + at, x + at, rows, bytes, mean + at, part + at);
  for (; at + 16 <= bytes; at += 16) addFour(dy + at, x + at, rows, bytes, mean + at, part + at);
  for (; at < bytes; at += 4) addOne(dy + at, x + at, rows, bytes, mean + at, part + at);
}

/** Takes one cache line of channels at a time, so that all their sums stay in registers. */
function addSixteen(dy: usize, x: usize, rows: i32, bytes: usize, mean: usize, part: usize): void {
  const products = part + bytes;
  const center0 = v128.load(mean);
  const center1 = v128.load(mean, 16);
  const center2 = v128.load(mean, 32);
  const center3 = v128.load(mean, 48);
  let sum0 = v128.load(part);
  let sum1 = v128.load(part, 16);
  let sum2 = v128.load(part, 32);
  let sum3 = v128.load(part, 48);
  let product0 = v128.load(products);
  let product1 = v128.load(products, 16);
  let product2 = v128.load(products, 32);
  let product3 = v128.load(products, 48);
  const toX = x - dy;
  const end = dy + <usize>rows * bytes;
  for (let from = dy; from < end; from += bytes) {
    const other = from + toX;
    const gradient0 = v128.load(from);
    sum0 = f32x4.add(sum0, gradient0);
    product0 = madd(gradient0, f32x4.sub(v128.load(other), center0), product0);
    const gradient1 = v128.load(from, 16);
    sum1 = f32x4.add(sum1, gradient1);
    product1 = madd(gradient1, f32x4.sub(v128.load(other, 16), center1), product1);
    const gradient2 = v128.load(from, 32);
    sum2 = f32x4.add(sum2, gradient2);
    product2 = madd(gradient2, f32x4.sub(v128.load(other, 32), center2), product2);
    const gradient3 = v128.load(from, 48);
    sum3 = f32x4.add(sum3, gradient3);
    product3 = madd(gradient3, f32x4.sub(v128.load(other, 48), center3), product3);
  }
  v128.store(part, sum0);
  v128.store(part, sum1, 16);
  v128.store(part, sum2, 32);
  v128.store(part, sum3, 48);
  v128.store(products, product0);
  v128.store(products, product1, 16);
  v128.store(products, product2, 32);
  v128.store(products, product3, 48);
}

function addFour(dy: usize, x: usize, rows: i32, bytes: usize, mean: usize, part: usize): void {
  const center = v128.load(mean);
  let sum = v128.load(part);
  let product = v128.load(part + bytes);
  const toX = x - dy;
  const end = dy + <usize>rows * bytes;
  for (let from = dy; from < end; from += bytes) {
    const gradient = v128.load(from);
    sum = f32x4.add(sum, gradient);
    product = madd(gradient, f32x4.sub(v128.load(from + toX), center), product);
  }
  v128.store(part, sum);
  v128.store(part + bytes, product);
}

function addOne(dy: usize, x: usize, rows: i32, bytes: usize, mean: usize, part: usize): void {
  const center = load<f32>(mean);
  let sum = load<f32>(part);
  let product = load<f32>(part + bytes);
  const toX = x - dy;
  const end = dy + <usize>rows * bytes;
  for (let from = dy; from < end; from += bytes) {
    const gradient = load<f32>(from);
    sum += gradient;
    product += gradient * (load<f32>(from + toX) - center);
  }
  store<f32>(part, sum);
  store<f32>(part + bytes, product);
}
