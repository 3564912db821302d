/**
 * Convolution of any window, stride, dilation and grouping: blocks of places are laid out as rows of what lies
 * under their window (im2col), then multiplied. `scratch` as `lower/matrix.ts` sizes it.
 */
import { addInto, addRowVector, clearValues, copyValues } from "./channels";
import { multiplyRows, multiplyTransposed, packPanels, packTransposed } from "./shared/gemm";
import {
  channelsOf,
  filtersOf,
  groupsOf,
  heightOf,
  imagesOf,
  kernelHeightOf,
  kernelWidthOf,
  pixelUnder,
  placesOf,
  widthOf,
} from "./shared/geometry";

const BLOCK: i32 = 128;
const REDUCED_BLOCK: i32 = 256;

/** A bias of 0 is none. */
export function conv2d(
  g: usize,
  x: usize,
  filter: usize,
  bias: usize,
  y: usize,
  scratch: usize,
): void {
  const places = placesOf(g);
  const filters = filtersOf(g);
  const groups = groupsOf(g);
  const channels = channelsOf(g) / groups;
  const own = filters / groups;
  const depth = kernelHeightOf(g) * kernelWidthOf(g) * channels;
  const panels = scratch + 256;
  const lines = panels + ((<usize>((own + 7) & ~7) * <usize>depth) << 2);
  const strideY = (<usize>filters) << 2;
  for (let group = 0; group < groups; group += 1) {
    const first = (<usize>(group * own)) << 2;
    packPanels(depth, own, filter + first, strideY, panels);
    for (let start = 0; start < places; start += BLOCK) {
      const count = min(BLOCK, places - start);
      gather(g, x, start, count, group * channels, channels, lines);
      const target = y + <usize>start * strideY + first;
      multiplyRows(count, depth, own, lines, (<usize>depth) << 2, panels, target, strideY, scratch);
    }
  }
  if (bias) addRowVector(y, places, filters, bias);
}

export function conv2dInputGradient(
  g: usize,
  dy: usize,
  filter: usize,
  dx: usize,
  scratch: usize,
): void {
  const places = placesOf(g);
  const filters = filtersOf(g);
  const groups = groupsOf(g);
  const channels = channelsOf(g) / groups;
  const own = filters / groups;
  const depth = kernelHeightOf(g) * kernelWidthOf(g) * channels;
  const panels = scratch + 256;
  const lines = panels + ((<usize>((depth + 7) & ~7) * <usize>own) << 2);
  const strideY = (<usize>filters) << 2;
  clearValues(dx, imagesOf(g) * heightOf(g) * widthOf(g) * channelsOf(g));
  for (let group = 0; group < groups; group += 1) {
    const first = (<usize>(group * own)) << 2;
    packTransposed(own, depth, filter + first, strideY, panels);
    for (let start = 0; start < places; start += BLOCK) {
      const count = min(BLOCK, places - start);
      const from = dy + <usize>start * strideY + first;
      multiplyRows(count, own, depth, from, strideY, panels, lines, (<usize>depth) << 2, scratch);
      scatter(g, dx, start, count, group * channels, channels, lines);
    }
  }
}

export function conv2dFilterGradient(
  g: usize,
  x: usize,
  dy: usize,
  dfilter: usize,
  scratch: usize,
): void {
  const places = placesOf(g);
  const filters = filtersOf(g);
  const groups = groupsOf(g);
  const channels = channelsOf(g) / groups;
  const own = filters / groups;
  const depth = kernelHeightOf(g) * kernelWidthOf(g) * channels;
  const strideY = (<usize>filters) << 2;
  const strideX = (<usize>depth) << 2;
  const widest = <usize>((depth + 7) & ~7) + <usize>((own + 7) & ~7);
  const lines = scratch + 256 + ((widest * REDUCED_BLOCK) << 2);
  for (let group = 0; group < groups; group += 1) {
    const first = (<usize>(group * own)) << 2;
    for (let start = 0; start < places; start += REDUCED_BLOCK) {
      const count = min(REDUCED_BLOCK, places - start);
      const from = dy + <usize>start * strideY + first;
      gather(g, x, start, count, group * channels, channels, lines);
      multiplyTransposed(
        count,
        depth,
        own,
        lines,
        strideX,
        from,
        strideY,
        dfilter + first,
        strideY,
        start > 0,
        scratch,
      );
    }
  }
}

/** What lies under the window of `count` places from `start`: `[count, taps, channels]`, zero outside the map. */
function gather(
  g: usize,
  x: usize,
  start: i32,
  count: i32,
  firstChannel: i32,
  channels: i32,
  lines: usize,
): void {
  const bytes = (<usize>channels) << 2;
  const pixelBytes = (<usize>channelsOf(g)) << 2;
  const from = x + ((<usize>firstChannel) << 2);
  const high = kernelHeightOf(g);
  const wide = kernelWidthOf(g);
  let line = lines;
  for (let place = start; place < start + count; place += 1) {
    for (let tapY = 0; tapY < high; tapY += 1) {
      for (let tapX = 0; tapX < wide; tapX += 1) {
        const pixel = pixelUnder(g, place, tapY, tapX);
        if (channels === 1)
          store<f32>(line, pixel < 0 ? 0 : load<f32>(from + <usize>pixel * pixelBytes));
        else if (pixel < 0) clearValues(line, channels);
        else copyValues(line, from + <usize>pixel * pixelBytes, channels);
        line += bytes;
      }
    }
  }
}

/** Adds what `gather` would have read from. */
function scatter(
  g: usize,
  dx: usize,
  start: i32,
  count: i32,
  firstChannel: i32,
  channels: i32,
  lines: usize,
): void {
  const bytes = (<usize>channels) << 2;
  const pixelBytes = (<usize>channelsOf(g)) << 2;
  const to = dx + ((<usize>firstChannel) << 2);
  const high = kernelHeightOf(g);
  const wide = kernelWidthOf(g);
  let line = lines;
  for (let place = start; place < start + count; place += 1) {
    for (let tapY = 0; tapY < high; tapY += 1) {
      for (let tapX = 0; tapX < wide; tapX += 1) {
        const pixel = pixelUnder(g, place, tapY, tapX);
        if (pixel >= 0) addInto(to + <usize>pixel * pixelBytes, line, channels);
        line += bytes;
      }
    }
  }
}
