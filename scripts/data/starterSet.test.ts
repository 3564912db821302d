import { describe, expect, it } from "vitest";
import { greatestOf } from "../../src/core/numbers.ts";
import type { PixelBatch } from "../../src/core/pixelBatch.ts";
import { randomStream } from "../../src/core/random.ts";
import { emptyImages } from "../../src/data/imageBatch.ts";
import { chooseBalanced } from "./starterSet.ts";

/** Creates images of 1 x 2 bytes that hold their index, with labels 0, 1, 2, 0, 1, 2, ... */
function countedImages(numImages: number): PixelBatch<Uint8Array> {
  const images = emptyImages(numImages, 1, 2);
  for (let index = 0; index < numImages; index += 1) {
    images.pixels.set([index % 256, Math.floor(index / 256)], index * 2);
    images.labels[index] = index % 3;
  }
  return images;
}

const indicesOf = ({ pixels, numImages }: PixelBatch<Uint8Array>): number[] =>
  Array.from(
    { length: numImages },
    (_, image) => (pixels[image * 2] ?? 0) + 256 * (pixels[image * 2 + 1] ?? 0),
  );

describe("a balanced choice", () => {
  it("has as many images of each class, each once, with its own label", () => {
    const chosen = chooseBalanced(countedImages(900), 3, 50, randomStream(1, "test"));
    const indices = indicesOf(chosen);
    expect(chosen.numImages).toBe(150);
    expect(new Set(indices).size).toBe(150);
    expect([...chosen.labels]).toEqual(indices.map((index) => index % 3));
    for (const label of [0, 1, 2]) {
      expect(chosen.labels.filter((other) => other === label)).toHaveLength(50);
    }
  });

  it("is random in choice and order, and the same for the same seed", () => {
    const choose = (seed: number): number[] =>
      indicesOf(chooseBalanced(countedImages(900), 3, 50, randomStream(seed, "test")));
    expect(choose(1)).toEqual(choose(1));
    expect(choose(1)).not.toEqual(choose(2));
    expect(choose(1)).not.toEqual([...choose(1)].sort((a, b) => a - b));
    expect(greatestOf(choose(1))).toBeGreaterThan(450);
  });
});
