import { expect, test } from "vitest";
import {
  type Classified,
  classifiedImages,
  confidenceOf,
  imagesOfCell,
  joinClassified,
  probabilityOf,
  secondClass,
  worstMistakes,
} from "./classified.ts";

/** Three classes. Image 4 has no finite probability. */
const IMAGES: Classified = {
  labels: Uint8Array.of(0, 0, 1, 2, 0, 0),
  predicted: Uint8Array.of(0, 1, 0, 1, 0, 0),
  probabilities: Float32Array.from([
    ...[0.5, 0.25, 0.25],
    ...[0.25, 0.625, 0.125],
    ...[0.75, 0.125, 0.125],
    ...[0.125, 0.875, 0],
    ...[Number.NaN, Number.NaN, Number.NaN],
    ...[0.4375, 0.125, 0.4375],
  ]),
};

test("mistakes come with the most confident one first", () => {
  expect(worstMistakes(IMAGES)).toEqual([3, 2, 1]);
});

test("a cell lists its images: correct ones with the least sure first, those without a number last", () => {
  expect(imagesOfCell(IMAGES, 0, 0)).toEqual([5, 0, 4]);
  expect(imagesOfCell(IMAGES, 0, 1)).toEqual([1]);
  expect(imagesOfCell(IMAGES, 2, 2)).toEqual([]);
});

test("equally confident mistakes keep their order", () => {
  const images = {
    labels: Uint8Array.of(1, 1, 1),
    predicted: new Uint8Array(3),
    probabilities: Float32Array.of(0.5, 0.5, 1, 0, 0.5, 0.5),
  };
  expect(worstMistakes(images)).toEqual([1, 0, 2]);
});

test("the second class is the most probable other one, the first of equal ones", () => {
  expect([0, 1, 2, 3, 4, 5].map((image) => secondClass(IMAGES, image))).toEqual([
    1,
    0,
    1,
    0,
    undefined,
    2,
  ]);
});

test("a confidence that is infinite counts as none", () => {
  const images = {
    ...IMAGES,
    probabilities: IMAGES.probabilities.map(() => Number.POSITIVE_INFINITY),
  };
  expect(confidenceOf(images, 0)).toBeNaN();
});

test("of more than 100 classes, the first two and the true one are kept", () => {
  const numClasses = 101;
  const probabilities = new Float32Array(2 * numClasses);
  probabilities.set([0.5, 0.25, 0.125]);
  probabilities[numClasses + 100] = 0.75;
  const images = classifiedImages(
    Uint8Array.of(2, 100),
    Uint8Array.of(0, 100),
    probabilities,
    numClasses,
  );
  expect([...(images.keptClasses ?? [])]).toEqual([0, 1, 2, 100, 0, 100]);
  expect([...images.probabilities]).toEqual([0.5, 0.25, 0.125, 0.75, 0, 0.75]);
  expect(secondClass(images, 0)).toBe(1);
  expect(probabilityOf(images, 0, 2)).toBe(0.125);
  expect(probabilityOf(images, 0, 3)).toBeUndefined();
  expect(confidenceOf(images, 1)).toBe(0.75);
});

test("parts of an evaluation are joined in order", () => {
  const part = (first: number, end: number): Classified => ({
    labels: IMAGES.labels.slice(first, end),
    predicted: IMAGES.predicted.slice(first, end),
    probabilities: IMAGES.probabilities.slice(3 * first, 3 * end),
  });
  expect(joinClassified([part(0, 2), part(2, 5), part(5, 6)])).toEqual(IMAGES);
  expect(joinClassified([IMAGES])).toBe(IMAGES);
});
