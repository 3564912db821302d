/**
 * The starter set: a seeded, class-balanced sample of the full set, in a seeded random order. It is committed, so that the page
 * works when no source of the full set can be reached.
 */
import type { PixelBatch } from "../../src/core/pixelBatch.ts";
import { type RandomStream, randomStream, shuffleInPlace } from "../../src/core/random.ts";
import { emptyImages } from "../../src/data/imageBatch.ts";
import type { OfficialSet } from "./officialFiles.ts";

const STARTER_SEED = 1;
const TRAIN_PER_CLASS = 500;
const TEST_PER_CLASS = 100;

export function chooseStarterSet(set: OfficialSet, numClasses: number): OfficialSet {
  const random = (part: string): RandomStream => randomStream(STARTER_SEED, `starter/${part}`);
  return {
    train: chooseBalanced(set.train, numClasses, TRAIN_PER_CLASS, random("train")),
    test: chooseBalanced(set.test, numClasses, TEST_PER_CLASS, random("test")),
  };
}

/** Chooses `perClass` images of each class, in random order. There must be enough. */
export function chooseBalanced(
  images: PixelBatch<Uint8Array>,
  numClasses: number,
  perClass: number,
  random: RandomStream,
): PixelBatch<Uint8Array> {
  const order = shuffleInPlace([...images.labels.keys()], random);
  const numChosen = new Uint32Array(numClasses);
  const chosen = order.filter((index) => {
    const label = images.labels[index] ?? 0;
    const before = numChosen[label] ?? 0;
    numChosen[label] = before + 1;
    return before < perClass;
  });

  const { height, width } = images;
  const imageSize = height * width;
  const result = emptyImages(chosen.length, height, width);
  for (const [place, index] of chosen.entries()) {
    const pixels = images.pixels.subarray(index * imageSize, (index + 1) * imageSize);
    result.pixels.set(pixels, place * imageSize);
    result.labels[place] = images.labels[index] ?? 0;
  }
  return result;
}
