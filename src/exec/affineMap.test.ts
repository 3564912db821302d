import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { greatestOf } from "../core/numbers.ts";
import type { PixelBatch } from "../core/pixelBatch.ts";
import { type AffineMap, affineMap, type Distortion, MAP_NUMBERS } from "./affineMap.ts";
import { mappedPixels } from "./reference/mappedPixels.ts";

const GOLDENS = new URL("../../goldens/augmentation/", import.meta.url);
const bytes = (name: string) => readFileSync(new URL(name, GOLDENS));

/** Arguments of Keras' `ImageDataGenerator.apply_transform`. */
interface KerasDistortion {
  readonly flip_horizontal?: boolean;
  readonly tx?: number;
  readonly ty?: number;
  readonly shear?: number;
  readonly zx?: number;
  readonly zy?: number;
}

const golden: { readonly images: string; readonly distortions: readonly KerasDistortion[] } =
  JSON.parse(bytes("index.json").toString());

const unchanged: Distortion = {
  flipped: false,
  shiftX: 0,
  shiftY: 0,
  shear: 0,
  zoomX: 1,
  zoomY: 1,
};

const batchThrough = (
  pixels: Uint8Array,
  side: number,
  maps: readonly AffineMap[],
): PixelBatch => ({
  kind: "pixels",
  pixels,
  height: side,
  width: side,
  channels: 1,
  maps: Float32Array.from(maps.flat()),
  labels: new Uint8Array(maps.length),
  numImages: maps.length,
});

describe("images through their maps", () => {
  const maps = golden.distortions.map((given) =>
    affineMap(
      {
        flipped: given.flip_horizontal ?? false,
        shiftX: given.tx ?? 0,
        shiftY: given.ty ?? 0,
        shear: given.shear ?? 0,
        zoomX: given.zx ?? 1,
        zoomY: given.zy ?? 1,
      },
      28,
      28,
    ),
  );
  const batch = batchThrough(new Uint8Array(bytes(golden.images)), 28, maps);
  const expected = bytes("augmented.f32");

  test.each(golden.distortions.map((given, image) => [JSON.stringify(given), image] as const))(
    "are those of Keras: %s",
    (_given, image) => {
      const deviations = [...mappedPixels(batch, image)].map((value, at) =>
        Math.abs(value - expected.readFloatLE(4 * (image * 784 + at))),
      );
      expect(deviations).toHaveLength(784);
      // Of 255; the maps are float32.
      expect(greatestOf(deviations)).toBeLessThan(2e-3);
    },
  );

  test("a flip alone exchanges whole pixels, whatever the size", () => {
    const row = Uint8Array.from([1, 2, 3, 4, 5, 6]);
    const map = affineMap({ ...unchanged, flipped: true }, 1, 6);
    const flipped = mappedPixels({ ...batchThrough(row, 1, [map]), width: 6, pixels: row }, 0);
    expect([...flipped]).toEqual([6, 5, 4, 3, 2, 1]);
  });

  test("what a shift brings in from beyond the border is the border's", () => {
    const map = affineMap({ ...unchanged, shiftX: 2 }, 2, 2);
    expect([...mappedPixels(batchThrough(Uint8Array.of(1, 2, 3, 4), 2, [map]), 0)]).toEqual([
      2, 2, 4, 4,
    ]);
  });

  test("nothing drawn is the identity, to the bit", () => {
    expect(affineMap(unchanged, 28, 31)).toEqual([1, expect.closeTo(0, 20), 0, 0, 1, 0]);
    expect(affineMap(unchanged, 28, 31)).toHaveLength(MAP_NUMBERS);
  });
});
