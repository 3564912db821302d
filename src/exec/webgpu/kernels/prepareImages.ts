/**
 * Converts stored pixels to the network's input, as in `reference/prepareBatch.ts`: applies the image's affine map if it has
 * one, standardises or prepares linearly, resizes, and repeats grey for each channel. Standardisation computes means and
 * deviations first.
 */
import type { MapShape } from "../../../core/shape.ts";
import type { LinearPreparation } from "../../../settings/preparation.ts";
import { MAP_NUMBERS } from "../../affineMap.ts";
import { type Dispatch, type Float, stored, type Tensor } from "../dispatch.ts";
import { dispatchOf } from "../shader.ts";

export interface StoredImages {
  readonly numImages: number;
  readonly height: number;
  readonly width: number;
  /** Stored channels of each pixel. */
  readonly channels: 1 | 3;
  readonly areFloats: boolean;
  readonly hasMaps: boolean;
}

export interface WantedImages {
  readonly shape: MapShape;
  /** Undefined means that every image is standardised. */
  readonly linear: LinearPreparation | undefined;
  readonly target: Tensor;
}

export const PIXELS: Tensor = { storage: "pixels", base: 0 };
export const MAPS: Tensor = { storage: "maps", base: 0 };
const MOMENTS: Tensor = { storage: "moments", base: 0 };

/** Sizes, in numbers, of the storages that `prepareImages` works in. */
export function preparationStorages(images: StoredImages): ReadonlyMap<string, number> {
  const { numImages, height, width, channels, areFloats, hasMaps } = images;
  const values = numImages * height * width * channels;
  return new Map([
    [PIXELS.storage, areFloats ? values : Math.ceil(values / 4)],
    [MOMENTS.storage, 2 * numImages],
    ...(hasMaps ? [[MAPS.storage, MAP_NUMBERS * numImages] as const] : []),
  ]);
}

type LabelledDispatch = Dispatch & { readonly label: string };

export function prepareImages(
  images: StoredImages,
  wanted: WantedImages,
): readonly LabelledDispatch[] {
  const standardised = wanted.linear === undefined ? [standardise(images)] : [];
  return [...standardised, resize(images, wanted)].map((dispatch) => ({
    ...dispatch,
    label: `batch ${dispatch.name}`,
  }));
}

/** Computes `[mean, max(deviation, 1 / sqrt(N))]` over the N values of each image. */
function standardise(images: StoredImages): Dispatch {
  const { height, width, channels } = images;
  return dispatchOf({
    name: "standardise",
    reads: readsOf(images),
    writes: { moment: { tensor: MOMENTS } },
    numbers: { height, width, stored: channels },
    functions: functionsOf(images),
    body: `let size = p.height * p.width * p.stored;
      var sum = 0.0;
      for (var at = 0u; at < size; at++) { sum += seen(i, at / p.stored, at % p.stored); }
      let mean = sum / f32(size);
      var squares = 0.0;
      for (var at = 0u; at < size; at++) {
        let value = seen(i, at / p.stored, at % p.stored) - mean;
        squares = fma(value, value, squares);
      }
      moment_set(2u * i, mean);
      moment_set(2u * i + 1u, max(sqrt(squares / f32(size)), 1.0 / sqrt(f32(size))));`,
    threads: images.numImages,
  });
}

function resize(images: StoredImages, { shape, linear, target }: WantedImages): Dispatch {
  const [high, wide, channels] = shape;
  const { height, width, numImages } = images;
  const own = Array.from({ length: channels }, (_, channel) => channel);
  const sourceOf = (channel: number) => {
    if (images.channels === 1) return 0;
    return linear?.reversed === true ? channels - 1 - channel : channel;
  };
  const preparedValue = (channel: number) =>
    linear === undefined
      ? `(resized(image, row, column, ${sourceOf(channel)}u) - moment_at(2u * image, 0u)) / moment_at(2u * image + 1u, 0u)`
      : `p.scale * resized(image, row, column, ${sourceOf(channel)}u) + p.offset${channel}`;
  return dispatchOf({
    name: "resize",
    reads: { ...readsOf(images), moment: linear === undefined ? stored(MOMENTS) : undefined },
    writes: { y: { tensor: target } },
    numbers: {
      height,
      width,
      stored: images.channels,
      high,
      wide,
      channels,
      ...linearNumbers(linear),
    },
    functions: `${functionsOf(images)}\n${RESIZED}`,
    body: `let column = place_of(i % p.wide, p.width, p.wide);
      let row = place_of((i / p.wide) % p.high, p.height, p.high);
      let image = i / (p.wide * p.high);
      ${own.map((channel) => `y_set(i * p.channels + ${channel}u, ${preparedValue(channel)});`).join("\n")}`,
    threads: numImages * high * wide,
  });
}

function linearNumbers(linear: LinearPreparation | undefined): Record<string, Float> {
  if (linear === undefined) return {};
  const offsets = linear.offsets.map((float, channel) => [`offset${channel}`, { float }] as const);
  return { scale: { float: linear.scale }, ...Object.fromEntries(offsets) };
}

function readsOf({ areFloats, hasMaps }: StoredImages) {
  return {
    pixels: stored(PIXELS, { type: areFloats ? "f32" : "u32" }),
    maps: hasMaps ? stored(MAPS) : undefined,
  };
}

/** WGSL of `seen(image, pixel, channel)`: the augmented value. */
function functionsOf({ areFloats, hasMaps }: StoredImages): string {
  return `${areFloats ? FLOAT_VALUE : BYTE_VALUE}
    fn blend(a: f32, b: f32, share: f32) -> f32 { return a + (b - a) * share; }
    ${hasMaps ? MAPPED : UNMAPPED}`;
}

const BYTE_VALUE = `fn value_at(image: u32, pixel: u32, channel: u32) -> f32 {
  let byte = (image * p.height * p.width + pixel) * p.stored + channel;
  return f32((pixels_at(byte / 4u, 0u) >> (8u * (byte % 4u))) & 255u);
}`;
const FLOAT_VALUE = `fn value_at(image: u32, pixel: u32, channel: u32) -> f32 {
  return pixels_at((image * p.height * p.width + pixel) * p.stored + channel, 0u);
}`;

const UNMAPPED = `fn seen(image: u32, pixel: u32, channel: u32) -> f32 {
  return value_at(image, pixel, channel);
}`;

const MAPPED = `fn seen(image: u32, pixel: u32, channel: u32) -> f32 {
  let x = f32(pixel % p.width);
  let y = f32(pixel / p.width);
  let m = image * ${MAP_NUMBERS}u;
  let column = clamp(maps_at(m, 0u) * x + maps_at(m + 1u, 0u) * y + maps_at(m + 2u, 0u), 0.0, f32(p.width - 1u));
  let row = clamp(maps_at(m + 3u, 0u) * x + maps_at(m + 4u, 0u) * y + maps_at(m + 5u, 0u), 0.0, f32(p.height - 1u));
  let upper = u32(floor(row)) * p.width;
  let lower = u32(ceil(row)) * p.width;
  let before = u32(floor(column));
  let after = u32(ceil(column));
  return blend(
    blend(value_at(image, upper + before, channel), value_at(image, upper + after, channel), fract(column)),
    blend(value_at(image, lower + before, channel), value_at(image, lower + after, channel), fract(column)),
    fract(row));
}`;

/** WGSL of `place_of`: the two source positions around a position of the result, and the weight of the second. */
const RESIZED = `fn place_of(place: u32, from_side: u32, to_side: u32) -> vec3<f32> {
  let source = (f32(place) + 0.5) * f32(from_side) / f32(to_side) - 0.5;
  let low = max(0.0, floor(source));
  let high = min(f32(from_side) - 1.0, ceil(source));
  return vec3<f32>(low, high, source - floor(source));
}
fn resized(image: u32, row: vec3<f32>, column: vec3<f32>, channel: u32) -> f32 {
  let upper = u32(row.x) * p.width;
  let lower = u32(row.y) * p.width;
  let before = u32(column.x);
  let after = u32(column.y);
  return blend(
    blend(seen(image, upper + before, channel), seen(image, upper + after, channel), column.z),
    blend(seen(image, lower + before, channel), seen(image, lower + after, channel), column.z),
    row.z);
}`;
