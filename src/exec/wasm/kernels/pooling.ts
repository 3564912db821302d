/** Pools over windows, tap by tap with all channels of a place at once. */
import { addScaled, clearValues } from "./channels";
import {
  channelsOf,
  heightOf,
  imagesOf,
  kernelHeightOf,
  kernelWidthOf,
  pixelUnder,
  placesOf,
  widthOf,
} from "./shared/geometry";

/** The first of equal values is the maximum; NaN, once met, stays. `argmax` holds taps; scratch where nobody asks. */
export function maxPool(g: usize, x: usize, y: usize, argmax: usize): void {
  const bytes = (<usize>channelsOf(g)) << 2;
  const vectors = bytes & ~15;
  const places = placesOf(g);
  const wide = kernelWidthOf(g);
  const taps = kernelHeightOf(g) * wide;
  const none = i32x4.splat(-1);
  for (let place = 0; place < places; place += 1) {
    const target = y + <usize>place * bytes;
    const found = argmax + <usize>place * bytes;
    for (let at: usize = 0; at < bytes; at += 4) {
      store<f32>(target + at, f32.NEGATIVE_INFINITY);
      store<i32>(found + at, -1);
    }
    for (let tap = 0; tap < taps; tap += 1) {
      const pixel = pixelUnder(g, place, tap / wide, tap % wide);
      if (pixel < 0) continue;
      const from = x + <usize>pixel * bytes;
      const taken = i32x4.splat(tap);
      let at: usize = 0;
      for (; at < vectors; at += 16) {
        const value = v128.load(from + at);
        const largest = v128.load(target + at);
        const places = v128.load(found + at);
        const wins = v128.or(f32x4.gt(value, largest), f32x4.ne(value, value));
        const takes = v128.and(v128.or(wins, i32x4.eq(places, none)), f32x4.eq(largest, largest));
        v128.store(target + at, v128.bitselect(value, largest, takes));
        v128.store(found + at, v128.bitselect(taken, places, takes));
      }
      for (; at < bytes; at += 4) {
        const value = load<f32>(from + at);
        const largest = load<f32>(target + at);
        const wins = value > largest || value !== value || load<i32>(found + at) === -1;
        if (!wins || largest !== largest) continue;
        store<f32>(target + at, value);
        store<i32>(found + at, tap);
      }
    }
  }
}

export function maxPoolGradient(g: usize, dy: usize, argmax: usize, dx: usize): void {
  const bytes = (<usize>channelsOf(g)) << 2;
  const vectors = bytes & ~15;
  const places = placesOf(g);
  const wide = kernelWidthOf(g);
  const taps = kernelHeightOf(g) * wide;
  clearValues(dx, imagesOf(g) * heightOf(g) * widthOf(g) * channelsOf(g));
  for (let place = 0; place < places; place += 1) {
    const gradients = dy + <usize>place * bytes;
    const found = argmax + <usize>place * bytes;
    for (let tap = 0; tap < taps; tap += 1) {
      const pixel = pixelUnder(g, place, tap / wide, tap % wide);
      if (pixel < 0) continue;
      const target = dx + <usize>pixel * bytes;
      const taken = i32x4.splat(tap);
      let at: usize = 0;
      for (; at < vectors; at += 16) {
        const here = i32x4.eq(v128.load(found + at), taken);
        const part = v128.and(v128.load(gradients + at), here);
        v128.store(target + at, f32x4.add(v128.load(target + at), part));
      }
      for (; at < bytes; at += 4) {
        if (load<i32>(found + at) === tap)
          store<f32>(target + at, load<f32>(target + at) + load<f32>(gradients + at));
      }
    }
  }
}

/** What a window's sum is divided by. */
function divisor(g: usize, place: i32, countPadding: bool): f32 {
  const wide = kernelWidthOf(g);
  const taps = kernelHeightOf(g) * wide;
  if (countPadding) return <f32>taps;
  let count = 0;
  for (let tap = 0; tap < taps; tap += 1)
    count += pixelUnder(g, place, tap / wide, tap % wide) < 0 ? 0 : 1;
  return <f32>count;
}

export function averagePool(g: usize, x: usize, y: usize, countPadding: bool): void {
  const channels = channelsOf(g);
  const bytes = (<usize>channels) << 2;
  const wide = kernelWidthOf(g);
  const taps = kernelHeightOf(g) * wide;
  const places = placesOf(g);
  for (let place = 0; place < places; place += 1) {
    const share: f32 = 1 / divisor(g, place, countPadding);
    clearValues(y + <usize>place * bytes, channels);
    for (let tap = 0; tap < taps; tap += 1) {
      const pixel = pixelUnder(g, place, tap / wide, tap % wide);
      if (pixel >= 0)
        addScaled(y + <usize>place * bytes, x + <usize>pixel * bytes, channels, share);
    }
  }
}

export function averagePoolGradient(g: usize, dy: usize, dx: usize, countPadding: bool): void {
  const channels = channelsOf(g);
  const bytes = (<usize>channels) << 2;
  const wide = kernelWidthOf(g);
  const taps = kernelHeightOf(g) * wide;
  const places = placesOf(g);
  clearValues(dx, imagesOf(g) * heightOf(g) * widthOf(g) * channels);
  for (let place = 0; place < places; place += 1) {
    const share: f32 = 1 / divisor(g, place, countPadding);
    for (let tap = 0; tap < taps; tap += 1) {
      const pixel = pixelUnder(g, place, tap / wide, tap % wide);
      if (pixel >= 0)
        addScaled(dx + <usize>pixel * bytes, dy + <usize>place * bytes, channels, share);
    }
  }
}

/** `x`: `[images, pixels, channels]`. */
export function globalAveragePool(
  x: usize,
  images: i32,
  pixels: i32,
  channels: i32,
  y: usize,
): void {
  const bytes = (<usize>channels) << 2;
  const share: f32 = 1 / <f32>pixels;
  clearValues(y, images * channels);
  for (let pixel = 0; pixel < images * pixels; pixel += 1)
    addScaled(y + <usize>(pixel / pixels) * bytes, x + <usize>pixel * bytes, channels, share);
}

export function globalAveragePoolGradient(
  dy: usize,
  images: i32,
  pixels: i32,
  channels: i32,
  dx: usize,
): void {
  const bytes = (<usize>channels) << 2;
  const share: f32 = 1 / <f32>pixels;
  clearValues(dx, images * pixels * channels);
  for (let pixel = 0; pixel < images * pixels; pixel += 1)
    addScaled(dx + <usize>pixel * bytes, dy + <usize>(pixel / pixels) * bytes, channels, share);
}
