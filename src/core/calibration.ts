/**
 * Compares how sure a network is with how often it is right. A network is well calibrated when, of the predictions that it makes
 * with 80 % confidence, 80 % are right. Pure functions.
 */
import { type Classified, confidenceOf, secondClass } from "./classified.ts";

/** The usual number of bins of the calibration error; see `calibrationOf`. */
export const NUM_CONFIDENCE_BINS = 15;

/** The images whose confidence is in `(low, high]`; the first bin also holds those with confidence 0 or less. */
export interface ConfidenceBin {
  readonly low: number;
  readonly high: number;
  readonly numRight: number;
  readonly numWrong: number;
  /** Mean confidence of the images, in `[0, 1]`; `undefined` when there are none. */
  readonly confidence: number | undefined;
  /** Share of the images that were classified correctly; `undefined` when there are none. */
  readonly accuracy: number | undefined;
}

export interface Calibration {
  /** 15 bins of equal width from 0 to 1. */
  readonly bins: readonly ConfidenceBin[];
  /** Images whose confidence is not a finite number. They are in no bin. */
  readonly numWithout: number;
  /** The expected calibration error, in `[0, 1]`; `undefined` when no image has a finite confidence. */
  readonly expectedError: number | undefined;
}

/**
 * Sorts the images into 15 bins of equal width by their confidence, the probability of the predicted class, and computes the
 * expected calibration error: the mean over all images of the absolute difference between the accuracy and the mean confidence
 * of the image's bin. `ECE = sum over bins of |B| / n * |acc(B) - conf(B)|` with `B = (low, high]`; C. Guo, G. Pleiss, Y. Sun and
 * K. Q. Weinberger, "On Calibration of Modern Neural Networks", ICML 2017, equations 1 to 3, with M = 15 as in their tables.
 * Images without a finite confidence are left out of `n`.
 */
export function calibrationOf(images: Classified): Calibration {
  const bins = Array.from({ length: NUM_CONFIDENCE_BINS }, () => ({ right: 0, wrong: 0, sum: 0 }));
  let numWithout = 0;
  for (const [image, label] of images.labels.entries()) {
    const confidence = confidenceOf(images, image);
    const bin = bins[binOf(confidence)];
    if (bin === undefined) {
      numWithout += 1;
      continue;
    }
    bin.sum += confidence;
    if (images.predicted[image] === label) bin.right += 1;
    else bin.wrong += 1;
  }
  const numCounted = images.labels.length - numWithout;
  let error = 0;
  for (const { right, sum } of bins) error += Math.abs(right - sum) / numCounted;
  return {
    bins: bins.map(({ right, wrong, sum }, place) => {
      const count = right + wrong;
      return {
        low: place / NUM_CONFIDENCE_BINS,
        high: (place + 1) / NUM_CONFIDENCE_BINS,
        numRight: right,
        numWrong: wrong,
        confidence: count === 0 ? undefined : sum / count,
        accuracy: count === 0 ? undefined : right / count,
      };
    }),
    numWithout,
    expectedError: numCounted === 0 ? undefined : error,
  };
}

/**
 * Returns the share of images whose true class is the predicted one or the one with the next largest probability, in `[0, 1]`;
 * `undefined` without images. Of equally probable classes the first one counts.
 */
export function topTwoAccuracy(images: Classified): number | undefined {
  const { labels, predicted } = images;
  if (labels.length === 0) return undefined;
  let numRight = 0;
  for (const [image, label] of labels.entries())
    if (predicted[image] === label || secondClass(images, image) === label) numRight += 1;
  return numRight / labels.length;
}

/** Returns NaN for a confidence that is not a number. */
function binOf(confidence: number): number {
  const place = Math.ceil(confidence * NUM_CONFIDENCE_BINS) - 1;
  return Math.min(NUM_CONFIDENCE_BINS - 1, Math.max(0, place));
}
