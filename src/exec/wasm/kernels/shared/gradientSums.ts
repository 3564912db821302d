/**
 * The sums that the gradient of a normalisation needs, taken where its `dy` is made: three arguments of a record,
 * the normalised map `x` (0 where no sums are wanted), its mean, and the parts. A part is the sum of `dy` and
 * the sum of `dy * (x - mean)`, each a row of channels; there is one for each chunk.
 */
import { clearValues } from "../channels";
import { madd } from "./arithmetic";

function partOf(sums: usize, chunk: i32, channels: i32): usize {
  return <usize>load<u32>(sums, 8) + ((<usize>(chunk * channels)) << 3);
}

/** To be called once a chunk, before any rows. */
export function clearSums(sums: usize, chunk: i32, channels: i32): void {
  if (load<u32>(sums)) clearValues(partOf(sums, chunk, channels), channels * 2);
}

/** @param first of the rows of `dy`, counted over the whole map. */
export function addSums(
  sums: usize,
  chunk: i32,
  first: i32,
  rows: i32,
  channels: i32,
  dy: usize,
): void {
  if (!load<u32>(sums)) return;
  const bytes = (<usize>channels) << 2;
  const mean: usize = load<u32>(sums, 4);
  const part = partOf(sums, chunk, channels);
  let x = <usize>load<u32>(sums) + <usize>first * bytes;
  let gradient = dy;
  let row = 0;
  for (; row + 4 <= rows; row += 4) {
    addFourRows(gradient, x, bytes, mean, part);
    gradient += 4 * bytes;
    x += 4 * bytes;
  }
  for (; row < rows; row += 1) {
    for (let at: usize = 0; at < bytes; at += 4)
      addOne(gradient + at, x + at, mean, part, at, bytes);
    gradient += bytes;
    x += bytes;
  }
}

function addFourRows(dy: usize, x: usize, bytes: usize, mean: usize, part: usize): void {
  const vectors = bytes & ~15;
  const products = part + bytes;
  let at: usize = 0;
  for (; at < vectors; at += 16) {
    const d = dy + at;
    const p = x + at;
    const center = v128.load(mean + at);
    const first = v128.load(d);
    const second = v128.load(d + bytes);
    const third = v128.load(d + 2 * bytes);
    const fourth = v128.load(d + 3 * bytes);
    const sum = f32x4.add(f32x4.add(first, second), f32x4.add(third, fourth));
    let low = f32x4.mul(second, f32x4.sub(v128.load(p + bytes), center));
    low = madd(first, f32x4.sub(v128.load(p), center), low);
    let high = f32x4.mul(fourth, f32x4.sub(v128.load(p + 3 * bytes), center));
    high = madd(third, f32x4.sub(v128.load(p + 2 * bytes), center), high);
    v128.store(part + at, f32x4.add(v128.load(part + at), sum));
    v128.store(products + at, f32x4.add(v128.load(products + at), f32x4.add(low, high)));
  }
  for (; at < bytes; at += 4)
    for (let row: usize = 0; row < 4 * bytes; row += bytes)
      addOne(dy + row + at, x + row + at, mean, part, at, bytes);
}

function addOne(dy: usize, x: usize, mean: usize, part: usize, at: usize, bytes: usize): void {
  const gradient = load<f32>(dy);
  const product = gradient * (load<f32>(x) - load<f32>(mean + at));
  store<f32>(part + at, load<f32>(part + at) + gradient);
  store<f32>(part + bytes + at, load<f32>(part + bytes + at) + product);
}
