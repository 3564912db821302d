/**
 * Converts arrays of labels to class indices: `[N]` or `[N, 1]` whole numbers from 0, or one-hot `[N, K]` rows. It refuses
 * labels that do not number the classes consecutively.
 */
import { formatCount } from "../../core/units.ts";
import { shapeText } from "./npyHeader.ts";
import { type WrongFile, wrongFile } from "./ownFile.ts";

/** The limit, because labels are stored as bytes. */
export const MAX_CLASSES = 256;

/**
 * @param values in C order
 * @returns `[N]`, class indices
 * @throws PlaygroundError `file.invalid`
 */
export function labelsOf(
  path: string,
  values: ArrayLike<number>,
  shape: readonly number[],
): Uint8Array {
  const [numImages = 0, numColumns = 1] = shape;
  if (shape.length < 1 || shape.length > 2 || numColumns < 1) {
    throw wrongFile(path, {
      rule: "labels are one number or one row of classes an image",
      expected: "a shape of N, N × 1 or N × classes",
      got: shapeText(shape),
      remedy: "Save one label an image.",
    });
  }
  const labels = new Uint8Array(numImages);
  for (let image = 0; image < numImages; image += 1)
    labels[image] =
      numColumns === 1
        ? labelAt(path, values[image] ?? Number.NaN, image)
        : columnAt(path, values, image, numColumns);
  return labels;
}

/**
 * Returns the number of classes in the training labels.
 * @throws PlaygroundError `file.invalid` for a class without an image, or for a single class
 */
export function countClasses(path: string, labels: Uint8Array): number {
  const counts = countsOf(labels, MAX_CLASSES);
  const numClasses = counts.findLastIndex((count) => count > 0) + 1;
  const gap = counts.indexOf(0);
  if (gap >= 0 && gap < numClasses) {
    throw wrongFile(path, {
      rule: "every label from 0 on has at least one training image",
      expected: `all of 0 to ${numClasses - 1}`,
      got: `none with label ${gap}`,
      remedy: "Number the classes from 0 without gaps and save the labels again.",
    });
  }
  if (numClasses >= 2) return numClasses;
  throw wrongFile(path, {
    rule: "there is nothing to tell apart",
    expected: "two classes or more",
    got: `${numClasses === 0 ? "no label" : "label 0 only"}`,
    remedy: "Add images of another class.",
  });
}

/** @throws PlaygroundError `file.invalid` for a label that no training image has */
export function requireKnownLabels(
  path: string,
  labels: Uint8Array,
  numClasses: number,
  training: string,
): void {
  const image = labels.findIndex((label) => label >= numClasses);
  if (image < 0) return;
  throw wrongFile(path, {
    rule: `label ${formatCount(image)} (from 0) names a class that ${training} does not have`,
    expected: `0 to ${numClasses - 1}`,
    got: String(labels[image]),
    remedy: "Use the same classes in both files.",
  });
}

/** `[numClasses]`: the number of images of each class. */
export function countsOf(labels: Uint8Array, numClasses: number): number[] {
  const counts = new Array<number>(numClasses).fill(0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

function labelAt(path: string, value: number, image: number): number {
  if (Number.isInteger(value) && value >= 0 && value < MAX_CLASSES) return value;
  throw wrongLabel(path, image, `a whole number from 0 to ${MAX_CLASSES - 1}`, String(value));
}

/** Returns the index of the 1 in a one-hot row. */
function columnAt(
  path: string,
  values: ArrayLike<number>,
  image: number,
  numColumns: number,
): number {
  const row = Array.from({ length: numColumns }, (_, at) => values[image * numColumns + at] ?? 0);
  const isOneHot = row.every((value) => value === 0 || value === 1);
  const label = row.indexOf(1);
  const isSingle = label >= 0 && label === row.lastIndexOf(1);
  if (isOneHot && isSingle && label < MAX_CLASSES) return label;
  const got = row.length > 12 ? `${row.slice(0, 12).join(" ")} ...` : row.join(" ");
  throw wrongLabel(path, image, "a row of zeros with a single 1", got);
}

function wrongLabel(path: string, image: number, expected: string, got: string): Error {
  const wrong: WrongFile = {
    rule: `label ${formatCount(image)} (from 0) names no class`,
    expected,
    got,
    remedy: "Number the classes from 0 and save the labels again.",
  };
  return wrongFile(path, wrong);
}
