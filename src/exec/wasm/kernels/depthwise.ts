/**
 * Depthwise convolution. The window of Xception (3x3, stride 1, as large as the map) slides along each line with its
 * weights in registers, four channels at a time; every other window, and the last channels of that one, go tap by tap.
 */
import { addProduct, addRowVector, clearValues } from "./channels";
import {
  channelsOf,
  columnsOf,
  dilationXOf,
  dilationYOf,
  filtersOf,
  heightOf,
  imagesOf,
  kernelHeightOf,
  kernelWidthOf,
  paddingXOf,
  paddingYOf,
  pixelUnder,
  placesOf,
  rowsOf,
  strideXOf,
  strideYOf,
  widthOf,
} from "./shared/geometry";

/** @param scratch `width * channels` numbers. A bias of 0 is none. */
export function depthwiseConv2d(
  g: usize,
  x: usize,
  filter: usize,
  bias: usize,
  y: usize,
  scratch: usize,
): void {
  const filters = filtersOf(g);
  let done = 0;
  if (slides(g)) {
    slide(g, x, filter, y, scratch, false);
    done = filters & ~3;
  }
  if (done < filters) {
    const multiplier = filters / channelsOf(g);
    const bytes = (<usize>filters) << 2;
    const places = placesOf(g);
    for (let place = 0; place < places; place += 1) {
      const target = y + <usize>place * bytes;
      clearValues(target + ((<usize>done) << 2), filters - done);
      for (let tapY = 0; tapY < kernelHeightOf(g); tapY += 1) {
        for (let tapX = 0; tapX < kernelWidthOf(g); tapX += 1) {
          const pixel = pixelUnder(g, place, tapY, tapX);
          if (pixel < 0) continue;
          const weights = filter + <usize>(tapY * kernelWidthOf(g) + tapX) * bytes;
          const from = x + ((<usize>pixel * <usize>channelsOf(g)) << 2);
          const first = (<usize>done) << 2;
          if (multiplier === 1) {
            addProduct(target + first, from + first, weights + first, filters - done);
            continue;
          }
          for (let f = 0; f < filters; f += 1) {
            const at = (<usize>f) << 2;
            const value = load<f32>(from + ((<usize>(f / multiplier)) << 2));
            store<f32>(target + at, load<f32>(target + at) + value * load<f32>(weights + at));
          }
        }
      }
    }
  }
  if (bias) addRowVector(y, placesOf(g), filters, bias);
}

/** @param scratch `width * channels` numbers. */
export function depthwiseConv2dInputGradient(
  g: usize,
  dy: usize,
  filter: usize,
  dx: usize,
  scratch: usize,
): void {
  const filters = filtersOf(g);
  const channels = channelsOf(g);
  let done = 0;
  if (slides(g)) {
    slide(g, dy, filter, dx, scratch, true);
    done = channels & ~3;
  }
  if (done === channels) return;
  const multiplier = filters / channels;
  const bytes = (<usize>filters) << 2;
  const first = (<usize>done) << 2;
  const pixels = imagesOf(g) * heightOf(g) * widthOf(g);
  for (let pixel = 0; pixel < pixels; pixel += 1)
    clearValues(dx + ((<usize>pixel * <usize>channels) << 2) + first, channels - done);
  const places = placesOf(g);
  for (let place = 0; place < places; place += 1) {
    const from = dy + <usize>place * bytes;
    for (let tapY = 0; tapY < kernelHeightOf(g); tapY += 1) {
      for (let tapX = 0; tapX < kernelWidthOf(g); tapX += 1) {
        const pixel = pixelUnder(g, place, tapY, tapX);
        if (pixel < 0) continue;
        const weights = filter + <usize>(tapY * kernelWidthOf(g) + tapX) * bytes;
        const target = dx + ((<usize>pixel * <usize>channels) << 2);
        if (multiplier === 1) {
          addProduct(target + first, from + first, weights + first, channels - done);
          continue;
        }
        for (let f = 0; f < filters; f += 1) {
          const at = (<usize>f) << 2;
          const to = target + ((<usize>(f / multiplier)) << 2);
          store<f32>(to, load<f32>(to) + load<f32>(from + at) * load<f32>(weights + at));
        }
      }
    }
  }
}

/** @param scratch `width * channels` numbers. */
export function depthwiseConv2dFilterGradient(
  g: usize,
  x: usize,
  dy: usize,
  dfilter: usize,
  scratch: usize,
): void {
  const filters = filtersOf(g);
  const channels = channelsOf(g);
  const multiplier = filters / channels;
  const bytes = (<usize>filters) << 2;
  clearValues(dfilter, kernelHeightOf(g) * kernelWidthOf(g) * filters);
  let done = 0;
  if (slides(g)) {
    slideFilterGradient(g, x, dy, dfilter, scratch);
    done = filters & ~3;
  }
  if (done === filters) return;
  const first = (<usize>done) << 2;
  const places = placesOf(g);
  for (let place = 0; place < places; place += 1) {
    const gradients = dy + <usize>place * bytes;
    for (let tapY = 0; tapY < kernelHeightOf(g); tapY += 1) {
      for (let tapX = 0; tapX < kernelWidthOf(g); tapX += 1) {
        const pixel = pixelUnder(g, place, tapY, tapX);
        if (pixel < 0) continue;
        const target = dfilter + <usize>(tapY * kernelWidthOf(g) + tapX) * bytes;
        const from = x + ((<usize>pixel * <usize>channels) << 2);
        if (multiplier === 1) {
          addProduct(target + first, from + first, gradients + first, filters - done);
          continue;
        }
        for (let f = 0; f < filters; f += 1) {
          const at = (<usize>f) << 2;
          const value = load<f32>(from + ((<usize>(f / multiplier)) << 2));
          store<f32>(target + at, load<f32>(target + at) + value * load<f32>(gradients + at));
        }
      }
    }
  }
}

/** Whether the window is the one that slides. */
function slides(g: usize): bool {
  return (
    kernelHeightOf(g) === 3 &&
    kernelWidthOf(g) === 3 &&
    strideYOf(g) === 1 &&
    strideXOf(g) === 1 &&
    dilationYOf(g) === 1 &&
    dilationXOf(g) === 1 &&
    paddingYOf(g) === 1 &&
    paddingXOf(g) === 1 &&
    rowsOf(g) === heightOf(g) &&
    columnsOf(g) === widthOf(g) &&
    channelsOf(g) === filtersOf(g)
  );
}

/**
 * Whole vectors of channels of the 3x3 window. Each column of the map is read once and joins the three places it
 * belongs to. The filter turned round gives the gradient of the input.
 */
function slide(g: usize, x: usize, filter: usize, y: usize, zeros: usize, turned: bool): void {
  const height = heightOf(g);
  const width = widthOf(g);
  const lines = imagesOf(g) * height;
  const pixelBytes = (<usize>channelsOf(g)) << 2;
  const vectors = pixelBytes & ~15;
  const lineBytes = pixelBytes * <usize>width;
  const tapBytes: usize = turned ? 0 - pixelBytes : pixelBytes;
  const weights = turned ? filter + 8 * pixelBytes : filter;
  const zero = f32x4.splat(0);
  clearValues(zeros, width * channelsOf(g));
  for (let line = 0; line < lines; line += 1) {
    const row = line % height;
    const middle = x + <usize>line * lineBytes;
    const above = row > 0 ? middle - lineBytes : zeros;
    const below = row < height - 1 ? middle + lineBytes : zeros;
    for (let at: usize = 0; at < vectors; at += 16) {
      const w = weights + at;
      const w0 = v128.load(w);
      const w1 = v128.load(w + tapBytes);
      const w2 = v128.load(w + 2 * tapBytes);
      const w3 = v128.load(w + 3 * tapBytes);
      const w4 = v128.load(w + 4 * tapBytes);
      const w5 = v128.load(w + 5 * tapBytes);
      const w6 = v128.load(w + 6 * tapBytes);
      const w7 = v128.load(w + 7 * tapBytes);
      const w8 = v128.load(w + 8 * tapBytes);
      // Sums of the place left of the column being read, and of its own.
      let left = zero;
      let own = zero;
      let upper = above + at;
      let center = middle + at;
      let lower = below + at;
      let target = y + <usize>line * lineBytes + at - pixelBytes;
      for (let column = 0; column < width; column += 1) {
        const s0 = v128.load(upper);
        const s1 = v128.load(center);
        const s2 = v128.load(lower);
        if (column > 0) {
          const right = f32x4.add(
            f32x4.mul(s0, w2),
            f32x4.add(f32x4.mul(s1, w5), f32x4.mul(s2, w8)),
          );
          v128.store(target, f32x4.add(left, right));
        }
        const inside = f32x4.add(
          f32x4.mul(s0, w1),
          f32x4.add(f32x4.mul(s1, w4), f32x4.mul(s2, w7)),
        );
        left = f32x4.add(own, inside);
        own = f32x4.add(f32x4.mul(s0, w0), f32x4.add(f32x4.mul(s1, w3), f32x4.mul(s2, w6)));
        upper += pixelBytes;
        center += pixelBytes;
        lower += pixelBytes;
        target += pixelBytes;
      }
      v128.store(target, left);
    }
  }
}

/** Lines whose products are summed in registers before they join the filter's gradient. */
const PART: i32 = 8;

/** Whole vectors of channels, nine sums in registers. `dfilter` is cleared. */
function slideFilterGradient(g: usize, x: usize, dy: usize, dfilter: usize, zeros: usize): void {
  const height = heightOf(g);
  const width = widthOf(g);
  const lines = imagesOf(g) * height;
  const pixelBytes = (<usize>channelsOf(g)) << 2;
  const vectors = pixelBytes & ~15;
  const lineBytes = pixelBytes * <usize>width;
  const zero = f32x4.splat(0);
  clearValues(zeros, width * channelsOf(g));
  for (let start = 0; start < lines; start += PART) {
    const end = min(lines, start + PART);
    for (let at: usize = 0; at < vectors; at += 16) {
      let s0 = zero;
      let s1 = zero;
      let s2 = zero;
      let s3 = zero;
      let s4 = zero;
      let s5 = zero;
      let s6 = zero;
      let s7 = zero;
      let s8 = zero;
      for (let line = start; line < end; line += 1) {
        const row = line % height;
        let center = x + <usize>line * lineBytes + at;
        let upper = row > 0 ? center - lineBytes : zeros + at;
        let lower = row < height - 1 ? center + lineBytes : zeros + at;
        let gradient = dy + <usize>line * lineBytes + at;
        // Gradients of the places left of, at and right of the column being read.
        let before = zero;
        let here = v128.load(gradient);
        for (let column = 0; column < width; column += 1) {
          gradient += pixelBytes;
          const after = column < width - 1 ? v128.load(gradient) : zero;
          let value = v128.load(upper);
          s0 = f32x4.add(s0, f32x4.mul(value, after));
          s1 = f32x4.add(s1, f32x4.mul(value, here));
          s2 = f32x4.add(s2, f32x4.mul(value, before));
          value = v128.load(center);
          s3 = f32x4.add(s3, f32x4.mul(value, after));
          s4 = f32x4.add(s4, f32x4.mul(value, here));
          s5 = f32x4.add(s5, f32x4.mul(value, before));
          value = v128.load(lower);
          s6 = f32x4.add(s6, f32x4.mul(value, after));
          s7 = f32x4.add(s7, f32x4.mul(value, here));
          s8 = f32x4.add(s8, f32x4.mul(value, before));
          before = here;
          here = after;
          upper += pixelBytes;
          center += pixelBytes;
          lower += pixelBytes;
        }
      }
      const target = dfilter + at;
      addVector(target, s0);
      addVector(target + pixelBytes, s1);
      addVector(target + 2 * pixelBytes, s2);
      addVector(target + 3 * pixelBytes, s3);
      addVector(target + 4 * pixelBytes, s4);
      addVector(target + 5 * pixelBytes, s5);
      addVector(target + 6 * pixelBytes, s6);
      addVector(target + 7 * pixelBytes, s7);
      addVector(target + 8 * pixelBytes, s8);
    }
  }
}

function addVector(target: usize, value: v128): void {
  v128.store(target, f32x4.add(v128.load(target), value));
}
