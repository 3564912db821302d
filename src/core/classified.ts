/**
 * The images of an evaluation as a network classified them: true class, predicted class and probabilities. These functions find
 * the images of a cell of the confusion matrix and the worst mistakes. Pure functions.
 */
import { joinBytes, joinFloats } from "./joinArrays.ts";

/** The parts of a data set that are evaluated: some held-out images for the live curve, all of them, or the test set. */
export const EVALUATED_PARTS = ["subset", "whole", "test"] as const;
export type EvaluatedPart = (typeof EVALUATED_PARTS)[number];

/** Images are in the order in which they were evaluated. Probabilities may be NaN when the network's numbers overflowed. */
export interface Classified {
  /** `[numImages]`, the true classes. */
  readonly labels: Uint8Array;
  /** `[numImages]`, the predicted classes. */
  readonly predicted: Uint8Array;
  /** `[numImages, numKept]`: the probabilities of the classes in `keptClasses`. */
  readonly probabilities: Float32Array;
  /**
   * `[numImages, numKept]`: the predicted class, the class with the next largest probability and the true class of each image.
   * Absent when all classes are kept, in their order.
   */
  readonly keptClasses?: Uint8Array | undefined;
}

/**
 * Delivers pixels of evaluated images, by their places in the order of evaluation: `[places, height, width, channels]` bytes.
 * Rejects with the reason in one sentence when they are not available any more.
 */
export type PictureSource = (places: readonly number[]) => Promise<Uint8Array>;

/** With more classes, only three probabilities of an image are kept: 1,000 classes of 10,000 images would take 40 MB. */
const MOST_FULL_CLASSES = 100;

/**
 * Reduces the probabilities of many classes to those that `keptClasses` lists. Up to 100 classes stay as they are.
 * @param probabilities `[numImages, numClasses]`
 */
export function classifiedImages(
  labels: Uint8Array,
  predicted: Uint8Array,
  probabilities: Float32Array,
  numClasses: number,
): Classified {
  if (numClasses <= MOST_FULL_CLASSES) return { labels, predicted, probabilities };
  const full = { labels, predicted, probabilities };
  const keptClasses = Uint8Array.from(
    [...labels].flatMap((label, image) => {
      const best = predicted[image] ?? 0;
      return [best, secondClass(full, image) ?? best, label];
    }),
  );
  const kept = Float32Array.from(
    keptClasses,
    (class_, at) => probabilities[Math.floor(at / 3) * numClasses + class_] ?? Number.NaN,
  );
  return { labels, predicted, probabilities: kept, keptClasses };
}

/** Joins consecutive parts of one evaluation. All of them keep the same classes. */
export function joinClassified(parts: readonly Classified[]): Classified {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  return {
    labels: joinBytes(parts.map(({ labels }) => labels)),
    predicted: joinBytes(parts.map(({ predicted }) => predicted)),
    probabilities: joinFloats(parts.map(({ probabilities }) => probabilities)),
    ...(first?.keptClasses && {
      keptClasses: joinBytes(parts.flatMap(({ keptClasses }) => keptClasses ?? [])),
    }),
  };
}

/** Returns the probability of a class for an image; `undefined` when it is not kept. */
export function probabilityOf(
  { labels, probabilities, keptClasses }: Classified,
  image: number,
  class_: number,
): number | undefined {
  const numKept = probabilities.length / labels.length;
  const first = image * numKept;
  const at = keptClasses?.subarray(first, first + numKept).indexOf(class_) ?? class_;
  return at < 0 || at >= numKept ? undefined : probabilities[first + at];
}

/** Returns the probability of the predicted class: how sure the network is. NaN when it is not a finite number. */
export function confidenceOf(images: Classified, image: number): number {
  const confidence = probabilityOf(images, image, images.predicted[image] ?? 0);
  return confidence !== undefined && Number.isFinite(confidence) ? confidence : Number.NaN;
}

/**
 * Returns the class with the largest probability besides the predicted one, the first one if several are equal. `undefined`
 * when no other class has a probability.
 */
export function secondClass(images: Classified, image: number): number | undefined {
  const { labels, predicted, probabilities, keptClasses } = images;
  const numKept = probabilities.length / labels.length;
  let second: number | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (let place = 0; place < numKept; place += 1) {
    const at = image * numKept + place;
    const class_ = keptClasses?.[at] ?? place;
    const probability = probabilities[at] ?? Number.NaN;
    if (class_ === predicted[image] || !(probability > most)) continue;
    second = class_;
    most = probability;
  }
  return second;
}

/**
 * Returns the images of a cell of the confusion matrix. Mistakes come in the order of `worstMistakes`, correct predictions in
 * the opposite order: the least sure ones first. Images without a finite probability come last.
 */
export function imagesOfCell(
  images: Classified,
  trueClass: number,
  predictedClass: number,
): readonly number[] {
  const found = imagesWhere(
    images,
    (label, predicted) => label === trueClass && predicted === predictedClass,
  );
  return byConfidence(images, found, trueClass === predictedClass ? "ascending" : "descending");
}

/** Returns the wrongly classified images, the most confident ones first. Equal ones keep their order. */
export function worstMistakes(images: Classified): readonly number[] {
  const wrong = imagesWhere(images, (label, predicted) => label !== predicted);
  return byConfidence(images, wrong, "descending");
}

function imagesWhere(
  { labels, predicted }: Classified,
  fits: (label: number, predicted: number) => boolean,
): number[] {
  const found: number[] = [];
  for (const [image, label] of labels.entries())
    if (fits(label, predicted[image] ?? 0)) found.push(image);
  return found;
}

function byConfidence(
  images: Classified,
  found: readonly number[],
  order: "ascending" | "descending",
): readonly number[] {
  const rank = (image: number) => {
    const confidence = confidenceOf(images, image);
    if (Number.isNaN(confidence)) return Number.POSITIVE_INFINITY;
    return order === "ascending" ? confidence : -confidence;
  };
  return found
    .map((image) => ({ image, rank: rank(image) }))
    .sort((a, b) => (a.rank === b.rank ? 0 : a.rank - b.rank))
    .map(({ image }) => image);
}
