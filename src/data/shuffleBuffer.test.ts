import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PixelBatch } from "../core/pixelBatch.ts";
import { type RandomStream, randomStream } from "../core/random.ts";
import { emptyImages } from "./imageBatch.ts";
import { createShuffleBuffer } from "./shuffleBuffer.ts";

/** Creates `count` images of 3 bytes, each filled with its index; labels count down. */
function countedImages(count: number): PixelBatch<Uint8Array> {
  const images = emptyImages(count, 1, 3);
  for (let index = 0; index < count; index += 1) {
    images.pixels.fill(index, index * 3, index * 3 + 3);
    images.labels[index] = 255 - index;
  }
  return images;
}

/** Streams `count` images through a buffer as `tf.data` does: fill, draw and replace, drain. */
function shuffled(count: number, capacity: number, random: RandomStream): PixelBatch<Uint8Array> {
  const source = countedImages(count);
  const target = emptyImages(count, 1, 3);
  const buffer = createShuffleBuffer(capacity, 3, random);
  let numDrawn = 0;
  const draw = (): void => {
    buffer.drawInto(target, numDrawn);
    numDrawn += 1;
  };
  for (let index = 0; index < count; index += 1) {
    buffer.add(source, index);
    if (buffer.numImages === capacity) draw();
  }
  while (buffer.numImages > 0) draw();
  return target;
}

const sizes = fc.record({
  count: fc.integer({ min: 1, max: 200 }),
  capacity: fc.integer({ min: 1, max: 250 }),
  seed: fc.nat(),
});

describe("the shuffle buffer", () => {
  it("lets every image out once, with its own label and all its pixels", () => {
    fc.assert(
      fc.property(sizes, ({ count, capacity, seed }) => {
        const { pixels, labels } = shuffled(count, capacity, randomStream(seed, "test"));
        const order = [...labels].map((label) => 255 - label);
        expect([...order].sort((a, b) => a - b)).toEqual([...Array(count).keys()]);
        expect([...pixels]).toEqual(order.flatMap((index) => [index, index, index]));
      }),
    );
  });

  it("never lets an image out before it could have been in the buffer", () => {
    fc.assert(
      fc.property(sizes, ({ count, capacity, seed }) => {
        const { labels } = shuffled(count, capacity, randomStream(seed, "test"));
        for (const [position, label] of labels.entries()) {
          expect(255 - label).toBeLessThan(position + capacity);
        }
      }),
    );
  });

  it("gives the same order for the same seed", () => {
    fc.assert(
      fc.property(sizes, ({ count, capacity, seed }) => {
        const first = shuffled(count, capacity, randomStream(seed, "test"));
        const second = shuffled(count, capacity, randomStream(seed, "test"));
        expect(second.labels).toEqual(first.labels);
      }),
    );
  });

  it("of one image keeps the order", () => {
    const { labels } = shuffled(50, 1, randomStream(1, "test"));
    expect([...labels]).toEqual([...countedImages(50).labels]);
  });

  it("puts the next image into the slot of the one drawn", () => {
    const drawFirst: RandomStream = { nextInteger: () => 0, nextFloat: () => 0, state: [] };
    const buffer = createShuffleBuffer(3, 3, drawFirst);
    const source = countedImages(4);
    const target = emptyImages(4, 1, 3);
    for (const index of [0, 1, 2]) buffer.add(source, index);
    buffer.drawInto(target, 0);
    expect(buffer.numImages).toBe(2);
    buffer.add(source, 3);
    expect(buffer.numImages).toBe(3);
    for (const place of [1, 2, 3]) buffer.drawInto(target, place);
    expect([...target.labels].map((label) => 255 - label)).toEqual([0, 2, 3, 1]);
  });

  it("draws each of the images in it equally often", () => {
    const numTrials = 20_000;
    const capacity = 8;
    const random = randomStream(7, "uniform");
    const counts = new Array<number>(capacity).fill(0);
    for (let trial = 0; trial < numTrials; trial += 1) {
      const first = 255 - (shuffled(capacity, capacity, random).labels[0] ?? 0);
      counts[first] = (counts[first] ?? 0) + 1;
    }
    const expected = numTrials / capacity;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 99.9 % of fair draws stay below this with 7 degrees of freedom.
    expect(chiSquare).toBeLessThan(24.3);
  });

  it("refuses an image when it is full and a draw when it is empty", () => {
    const buffer = createShuffleBuffer(1, 3, randomStream(1, "test"));
    const images = countedImages(1);
    buffer.add(images, 0);
    expect(() => buffer.add(images, 0)).toThrow(RangeError);
    buffer.drawInto(images, 0);
    expect(() => buffer.drawInto(images, 0)).toThrow();
  });
});
