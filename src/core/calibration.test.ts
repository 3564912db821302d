import fc from "fast-check";
import { expect, test } from "vitest";
import { calibrationOf, NUM_CONFIDENCE_BINS, topTwoAccuracy } from "./calibration.ts";
import type { Classified } from "./classified.ts";

/** Two classes; each image is predicted as class 0 with the given confidence and is right or wrong. */
function imagesWith(given: readonly (readonly [confidence: number, right: boolean])[]): Classified {
  return {
    labels: Uint8Array.from(given, ([, right]) => (right ? 0 : 1)),
    predicted: new Uint8Array(given.length),
    probabilities: Float32Array.from(given.flatMap(([confidence]) => [confidence, 1 - confidence])),
  };
}

test("the expected calibration error agrees with a sum done by hand", () => {
  // Bin (9/15, 10/15] holds 0.625 twice, one right: |1/2 - 0.625| = 0.125. Bin (14/15, 1] holds 1, right, and 0.9375, wrong:
  // |1/2 - 0.96875| = 0.46875. Bin (7/15, 8/15] holds 0.5, right: 0.5. Together (2 * 0.125 + 2 * 0.46875 + 0.5) / 5.
  const calibration = calibrationOf(
    imagesWith([
      [0.625, true],
      [0.625, false],
      [1, true],
      [0.9375, false],
      [0.5, true],
    ]),
  );
  expect(calibration.expectedError).toBeCloseTo(1.6875 / 5, 12);
  expect(calibration.bins[9]).toMatchObject({ numRight: 1, numWrong: 1, confidence: 0.625 });
  expect(calibration.bins[14]).toMatchObject({ numRight: 1, numWrong: 1, accuracy: 0.5 });
  expect(calibration.bins[7]).toMatchObject({ numRight: 1, numWrong: 0, accuracy: 1 });
});

test("a bin does not hold its lower limit, and the first one holds 0", () => {
  const images = (confidence: number) => ({
    labels: Uint8Array.of(0),
    predicted: Uint8Array.of(0),
    probabilities: Float32Array.of(confidence),
  });
  const binOf = (confidence: number) =>
    calibrationOf(images(confidence)).bins.findIndex(({ numRight }) => numRight === 1);
  expect([0, 0.2, 1].map(binOf)).toEqual([0, 3, 14]);
  expect(binOf(0.125)).toBe(1);
});

test("of a perfectly calibrated set the error is 0", () => {
  // In each bin 8 images with confidence k / 8, k of them right.
  const given = [4, 5, 6, 7, 8].flatMap((right) =>
    Array.from({ length: 8 }, (_, place) => [right / 8, place < right] as const),
  );
  expect(calibrationOf(imagesWith(given)).expectedError).toBe(0);
});

test("images without a finite probability are counted apart, and without others there is no error", () => {
  const given = [
    [Number.NaN, true],
    [1, true],
  ] as const;
  expect(calibrationOf(imagesWith(given))).toMatchObject({ numWithout: 1, expectedError: 0 });
  expect(calibrationOf(imagesWith(given.slice(0, 1)))).toMatchObject({
    numWithout: 1,
    expectedError: undefined,
  });
  expect(calibrationOf(imagesWith([])).expectedError).toBeUndefined();
});

const anyImages = fc
  .array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()), { minLength: 1 })
  .map(imagesWith);

test("every image is in one bin, and the error lies between the overall gap and 1", () => {
  fc.assert(
    fc.property(anyImages, (images) => {
      const { bins, numWithout, expectedError = Number.NaN } = calibrationOf(images);
      const numImages = images.labels.length;
      expect(bins).toHaveLength(NUM_CONFIDENCE_BINS);
      expect(bins.reduce((sum, bin) => sum + bin.numRight + bin.numWrong, numWithout)).toBe(
        numImages,
      );
      const right = bins.reduce((sum, bin) => sum + bin.numRight, 0);
      const confidence = bins.reduce(
        (sum, bin) => sum + (bin.confidence ?? 0) * (bin.numRight + bin.numWrong),
        0,
      );
      expect(expectedError).toBeGreaterThanOrEqual(Math.abs(right - confidence) / numImages - 1e-9);
      expect(expectedError).toBeLessThanOrEqual(1);
      for (const bin of bins) {
        if (bin.confidence === undefined) continue;
        expect(bin.confidence).toBeGreaterThanOrEqual(bin.low - 1e-6);
        expect(bin.confidence).toBeLessThanOrEqual(bin.high + 1e-6);
      }
    }),
  );
});

test("top-2 accuracy counts the predicted class and the next one, and the first of equal ones", () => {
  const images: Classified = {
    labels: Uint8Array.of(0, 1, 2, 2),
    predicted: Uint8Array.of(0, 0, 0, 0),
    probabilities: Float32Array.from([
      ...[0.5, 0.25, 0.25],
      ...[0.5, 0.375, 0.125],
      ...[0.5, 0.25, 0.25],
      ...[0.5, 0.125, 0.375],
    ]),
  };
  expect(topTwoAccuracy(images)).toBe(0.75);
  expect(topTwoAccuracy(imagesWith([]))).toBeUndefined();
});

test("with two classes, top-2 accuracy is 1", () => {
  fc.assert(
    fc.property(anyImages, (images) => {
      expect(topTwoAccuracy(images)).toBe(1);
    }),
  );
});
