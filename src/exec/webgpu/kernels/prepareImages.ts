/**
 * Stored pixels to the network's input, as `reference/prepareBatch.ts`: through the image's map where it has one,
 * standardised, resized, and once for each channel. First each image's mean and deviation, then each of its pixels.
 */
import type { MapShape } from "../../../core/shape.ts";
import { MAP_NUMBERS } from "../../affineMap.ts";
import { type Dispatch, dispatchOf, stored, type Tensor } from "../shader.ts";

export interface StoredImages {
  readonly numImages: number;
  readonly height: number;
  readonly width: number;
  readonly hasMaps: boolean;
}

const PIXELS: Tensor = { storage: "pixels", base: 0 };
const MAPS: Tensor = { storage: "maps", base: 0 };
const MOMENTS: Tensor = { storage: "moments", base: 0 };

/** Numbers of the storages that `prepareImages` works in. */
export function preparationStorages({ numImages, height, width, hasMaps }: StoredImages) {
  return new Map([
    [PIXELS.storage, Math.ceil((numImages * height * width) / 4)],
    [MOMENTS.storage, 2 * numImages],
    ...(hasMaps ? [[MAPS.storage, MAP_NUMBERS * numImages] as const] : []),
  ]);
}

export function prepareImages(
  images: StoredImages,
  [high, wide, channels]: MapShape,
  target: Tensor,
): readonly (Dispatch & { readonly label: string })[] {
  const { numImages, height, width, hasMaps } = images;
  const reads = {
    pixels: stored(PIXELS, { type: "u32" }),
    maps: hasMaps ? stored(MAPS) : undefined,
  };
  const functions = `${GREY}\n${hasMaps ? MAPPED : UNMAPPED}`;
  return [
    dispatchOf({
      name: "standardise",
      reads,
      writes: { moment: { tensor: MOMENTS } },
      numbers: { height, width },
      functions,
      body: `let size = p.height * p.width;
        var sum = 0.0;
        for (var at = 0u; at < size; at++) { sum += seen(i, at); }
        let mean = sum / f32(size);
        var squares = 0.0;
        for (var at = 0u; at < size; at++) {
          let value = seen(i, at) - mean;
          squares = fma(value, value, squares);
        }
        moment_set(2u * i, mean);
        moment_set(2u * i + 1u, max(sqrt(squares / f32(size)), 1.0 / sqrt(f32(size))));`,
      threads: numImages,
    }),
    dispatchOf({
      name: "resize",
      reads: { ...reads, moment: stored(MOMENTS) },
      writes: { y: { tensor: target } },
      numbers: { height, width, high, wide, channels },
      functions: `${functions}\n${PLACE}`,
      body: `let column = place_of(i % p.wide, p.width, p.wide);
        let row = place_of((i / p.wide) % p.high, p.height, p.high);
        let image = i / (p.wide * p.high);
        let upper = u32(row.x) * p.width;
        let lower = u32(row.y) * p.width;
        let above = blend(seen(image, upper + u32(column.x)), seen(image, upper + u32(column.y)), column.z);
        let below = blend(seen(image, lower + u32(column.x)), seen(image, lower + u32(column.y)), column.z);
        let grey = (blend(above, below, row.z) - moment_at(2u * image, 0u)) / moment_at(2u * image + 1u, 0u);
        for (var c = 0u; c < p.channels; c++) { y_set(i * p.channels + c, grey); }`,
      threads: numImages * high * wide,
    }),
  ].map((dispatch) => ({ ...dispatch, label: `batch ${dispatch.name}` }));
}

const GREY = `fn grey_at(image: u32, at: u32) -> f32 {
  let byte = image * p.height * p.width + at;
  return f32((pixels_at(byte / 4u, 0u) >> (8u * (byte % 4u))) & 255u);
}
fn blend(a: f32, b: f32, share: f32) -> f32 { return a + (b - a) * share; }`;

const UNMAPPED = "fn seen(image: u32, at: u32) -> f32 { return grey_at(image, at); }";

const MAPPED = `fn seen(image: u32, at: u32) -> f32 {
  let x = f32(at % p.width);
  let y = f32(at / p.width);
  let m = image * ${MAP_NUMBERS}u;
  let column = clamp(maps_at(m, 0u) * x + maps_at(m + 1u, 0u) * y + maps_at(m + 2u, 0u), 0.0, f32(p.width - 1u));
  let row = clamp(maps_at(m + 3u, 0u) * x + maps_at(m + 4u, 0u) * y + maps_at(m + 5u, 0u), 0.0, f32(p.height - 1u));
  let upper = u32(floor(row)) * p.width;
  let lower = u32(ceil(row)) * p.width;
  let before = u32(floor(column));
  let after = u32(ceil(column));
  return blend(
    blend(grey_at(image, upper + before), grey_at(image, upper + after), fract(column)),
    blend(grey_at(image, lower + before), grey_at(image, lower + after), fract(column)),
    fract(row));
}`;

/** The two places of the source around a place of the result, and the share of the second. */
const PLACE = `fn place_of(place: u32, from_side: u32, to_side: u32) -> vec3<f32> {
  let source = (f32(place) + 0.5) * f32(from_side) / f32(to_side) - 0.5;
  let low = max(0.0, floor(source));
  let high = min(f32(from_side) - 1.0, ceil(source));
  return vec3<f32>(low, high, source - floor(source));
}`;
