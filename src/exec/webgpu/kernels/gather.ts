/**
 * How a product reads a map under a window as if it were a matrix (im2col without storing it). A row is a position of the
 * result (forward, filter gradient) or of the map (input gradient), and a column is a tap and a channel. Positions beyond the
 * border are zero.
 */
import { mapSides, type Shape } from "../../../core/shape.ts";
import type { WindowAttributes } from "../../../plan/operations.ts";
import type { Width } from "../dispatch.ts";
import { windowNumbers } from "../window.ts";
import type { Along } from "./productParts.ts";

export interface Gather {
  readonly numbers: Readonly<Record<string, number>>;
  /**
   * Returns the index in the map of the matrix element at a row and column; undefined beyond the border. It is an independent
   * implementation of the WGSL functions below.
   */
  at(row: number, column: number): number | undefined;
  /**
   * Returns `left_origin`, `left_terms` and `left_four` of a product's left factor. Along `terms` it loads four columns of a
   * row; along `side` the matrix is transposed, and the terms are its rows.
   */
  functions(width: Width, along: Along): readonly string[];
}

/** Rows are positions of `y`, columns are taps and channels of `x`. */
export function gatherWindow(attributes: WindowAttributes, x: Shape, y: Shape): Gather {
  const { strides, dilation, padding } = attributes;
  const [, height, width, channels] = mapSides(x);
  const [, rows, columns] = mapSides(y);
  const at: Gather["at"] = (row, column) => {
    const { down, across, channel } = tapAt(attributes, channels, column);
    const h = (Math.floor(row / columns) % rows) * strides[0] + down * dilation[0] - padding[0];
    const w = (row % columns) * strides[1] + across * dilation[1] - padding[1];
    if (h < 0 || h >= height || w < 0 || w >= width) return undefined;
    return ((Math.floor(row / (columns * rows)) * height + h) * width + w) * channels + channel;
  };
  return gatherOf(attributes, x, y, channels, [PLACE_ORIGIN, PLACE_UNDER_TAP], at);
}

/** Rows are pixels of `x`, columns are taps and channels of `y`, which is read. */
export function gatherBack(attributes: WindowAttributes, x: Shape, y: Shape): Gather {
  const { strides, dilation, padding } = attributes;
  const [, height, width] = mapSides(x);
  const [, rows, columns, channels] = mapSides(y);
  const at: Gather["at"] = (row, column) => {
    const { down, across, channel } = tapAt(attributes, channels, column);
    const r = ((Math.floor(row / width) % height) + padding[0] - down * dilation[0]) / strides[0];
    const c = ((row % width) + padding[1] - across * dilation[1]) / strides[1];
    const isPlace = Number.isInteger(r) && Number.isInteger(c);
    if (!isPlace || r < 0 || r >= rows || c < 0 || c >= columns) return undefined;
    return ((Math.floor(row / (width * height)) * rows + r) * columns + c) * channels + channel;
  };
  return gatherOf(attributes, x, y, channels, [PIXEL_ORIGIN, PIXEL_UNDER_TAP], at);
}

function tapAt({ kernel }: WindowAttributes, channels: number, column: number) {
  const tap = Math.floor(column / channels);
  return {
    down: Math.floor(tap / kernel[1]),
    across: tap % kernel[1],
    channel: column % channels,
  };
}

function gatherOf(
  attributes: WindowAttributes,
  x: Shape,
  y: Shape,
  channels: number,
  geometry: readonly string[],
  at: Gather["at"],
): Gather {
  return {
    at,
    numbers: { ...windowNumbers(attributes, x, y), channels },
    functions(width, along) {
      const [rowPart, columnPart] = along === "terms" ? ["origin", "terms"] : ["terms", "origin"];
      const [type, code] = width === 4 ? ["Tap", TAP] : ["u32", ONE_OF(width)];
      const [row, column] = ["row: vec3<u32>", `column: ${type}`];
      return [
        ...geometry,
        code,
        `fn left_${rowPart}(row: u32) -> vec3<u32> { return row_origin(row); }`,
        `fn left_${columnPart}(column: u32) -> ${type} { return ${width === 4 ? "tap_of(column)" : "column"}; }`,
        `fn left_four(${along === "terms" ? `${row}, ${column}` : `${column}, ${row}`}) -> vec4<f32> {
          return ${width === 4 ? "four_under(row, column)" : "vec4<f32>(one(row, column), one(row, column + 1u), one(row, column + 2u), one(row, column + 3u))"};
        }`,
      ];
    },
  };
}

/** Four columns of the matrix: a tap, as its offset from the window's start, and four channels under it. */
const TAP = `struct Tap { offset: vec2<u32>, channel: u32, channels: a_Channels }
fn tap_of(column: u32) -> Tap {
  let channel = column % p.channels;
  return Tap(tap_offset(column / p.channels), channel, a_channels(channel));
}
fn four_under(origin: vec3<u32>, tap: Tap) -> vec4<f32> {
  let at = under_tap(origin, tap.offset, tap.channel);
  return select(vec4<f32>(0), a_four(somewhere(at), tap.channels), at != NOWHERE);
}`;

/** For a matrix whose number of channels is not a multiple of 4: one value at a time, each with its own tap. */
const ONE_OF = (width: Width) => `fn one(origin: vec3<u32>, column: u32) -> f32 {
  let channel = column % p.channels;
  let at = under_tap(origin, tap_offset(column / p.channels), channel);
  let value = a_at(somewhere(at) / ${width}u, channel / ${width}u)${width === 1 ? "" : `[at % ${width}u]`};
  return select(0.0, value, at != NOWHERE);
}`;

/** Uses selects instead of branches, because software adapters take minutes to compile dozens of branches in one loop. */
const NOWHERE = `const NOWHERE = 0xffffffffu;
fn somewhere(at: u32) -> u32 { return select(at, 0u, at == NOWHERE); }
// A tap behind the last lies beyond every border.
fn tap_offset(tap: u32) -> vec2<u32> {
  let offset = vec2<u32>(
    (tap / p.kernelWidth) * p.dilationHeight,
    (tap % p.kernelWidth) * p.dilationWidth);
  return select(offset, vec2<u32>(0x40000000u), tap >= p.kernelHeight * p.kernelWidth);
}`;

/**
 * Returns the image, and the row and column where the window of a position starts. These wrap around above and to the left of
 * the map.
 */
const PLACE_ORIGIN = `${NOWHERE}
fn row_origin(place: u32) -> vec3<u32> {
  return vec3<u32>(
    place / (p.columns * p.rows),
    ((place / p.columns) % p.rows) * p.strideHeight - p.top,
    (place % p.columns) * p.strideWidth - p.left);
}`;

const PLACE_UNDER_TAP = `fn under_tap(origin: vec3<u32>, offset: vec2<u32>, channel: u32) -> u32 {
  let h = origin.y + offset.x;
  let w = origin.z + offset.y;
  let outside = (h >= p.height) | (w >= p.width);
  return select(((origin.x * p.height + h) * p.width + w) * p.channels + channel, NOWHERE, outside);
}`;

const PIXEL_ORIGIN = `${NOWHERE}
fn row_origin(pixel: u32) -> vec3<u32> {
  return vec3<u32>(
    pixel / (p.width * p.height),
    (pixel / p.width) % p.height + p.top,
    pixel % p.width + p.left);
}`;

const PIXEL_UNDER_TAP = `fn under_tap(origin: vec3<u32>, offset: vec2<u32>, channel: u32) -> u32 {
  let down = origin.y - offset.x;
  let across = origin.z - offset.y;
  let row = down / p.strideHeight;
  let column = across / p.strideWidth;
  let outside = (row >= p.rows) | (column >= p.columns)
    | (row * p.strideHeight != down) | (column * p.strideWidth != across);
  return select(((origin.x * p.rows + row) * p.columns + column) * p.channels + channel, NOWHERE, outside);
}`;
