import { describe, expect, test } from "vitest";
import { greatestOf, leastOf } from "../../core/numbers.ts";
import type { PixelBatch } from "../../core/pixelBatch.ts";
import { MAP_NUMBERS } from "../../exec/affineMap.ts";
import { augmentBatch } from "./augmentBatch.ts";

const off = { horizontalFlip: false, shift: 0, shear: 0, zoom: 0, seed: 3 };
const everything = { horizontalFlip: true, shift: 0.1, shear: 10, zoom: 0.2, seed: 3 };

function batchOf(numImages: number): PixelBatch {
  return {
    kind: "pixels",
    pixels: new Uint8Array(numImages * 20),
    height: 4,
    width: 5,
    channels: 1,
    labels: new Uint8Array(numImages),
    numImages,
  };
}

function mapsOf(settings: typeof everything, step: number, numImages = 200): number[][] {
  const { maps = new Float32Array() } = augmentBatch(batchOf(numImages), settings, step);
  return Array.from({ length: maps.length / MAP_NUMBERS }, (_, image) => [
    ...maps.subarray(image * MAP_NUMBERS, (image + 1) * MAP_NUMBERS),
  ]);
}

describe("augmenting a batch", () => {
  test("leaves it as it is where nothing is switched on", () => {
    const batch = batchOf(3);
    expect(augmentBatch(batch, off, 7)).toBe(batch);
  });

  test("draws by seed, step and place alone", () => {
    expect(mapsOf(everything, 7)).toEqual(mapsOf(everything, 7));
    expect(mapsOf(everything, 8)).not.toEqual(mapsOf(everything, 7));
    expect(mapsOf({ ...everything, seed: 4 }, 7)).not.toEqual(mapsOf(everything, 7));
    expect(mapsOf(everything, 7, 5)).toEqual(mapsOf(everything, 7).slice(0, 5));
  });

  test("a flip alone flips about half of the images and leaves the others as they are", () => {
    const maps = mapsOf({ ...off, horizontalFlip: true }, 0);
    const numFlipped = maps.filter((map) => map[0] === -1).length;
    expect(numFlipped).toBeGreaterThan(70);
    expect(numFlipped).toBeLessThan(130);
    for (const map of maps) {
      // Adding 0 turns -0 into 0.
      expect(map.map((value) => value + 0)).toEqual(
        map[0] === -1 ? [-1, 0, 4, 0, 1, 0] : [1, 0, 0, 0, 1, 0],
      );
    }
  });

  test("shifts by up to the share of width and height that is set, both ways", () => {
    const maps = mapsOf({ ...off, shift: 0.2 }, 0);
    for (const [at, limit] of [
      [2, 0.2 * 5],
      [5, 0.2 * 4],
    ] as const) {
      const shifts = maps.map((map) => map[at] ?? Number.NaN);
      expect(greatestOf(shifts)).toBeLessThanOrEqual(limit);
      expect(greatestOf(shifts)).toBeGreaterThan(0.9 * limit);
      expect(leastOf(shifts)).toBeGreaterThanOrEqual(-limit);
      expect(leastOf(shifts)).toBeLessThan(-0.9 * limit);
    }
  });

  test("switching one distortion on leaves what the others draw", () => {
    const shiftsOf = (maps: number[][]) => maps.map((map) => map[5]);
    const shifted = { ...off, shift: 0.2 };
    expect(shiftsOf(mapsOf({ ...shifted, horizontalFlip: true }, 5))).toEqual(
      shiftsOf(mapsOf(shifted, 5)),
    );
  });
});
