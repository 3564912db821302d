/** Cross-entropy against a smoothed label, as in Keras 3: from logits, or from outputs taken as probabilities. */

import { greatestOf } from "../../core/numbers.ts";
import type { Kernel } from "./kernel.ts";
import { softmaxOf } from "./softmax.ts";

const EPSILON = 1e-7;

export const softmaxCrossEntropy: Kernel<"softmaxCrossEntropy"> = (
  { logits, labels, ...results },
  { labelSmoothing },
) =>
  judge(logits, labels, results, (row, label) => {
    const largest = greatestOf(row);
    const total = row.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
    const wanted = target(row.length, label, labelSmoothing);
    return row.reduce(
      (loss, logit, place) => loss - wanted(place) * (logit - largest - Math.log(total)),
      0,
    );
  });

export const softmaxCrossEntropyGradient: Kernel<"softmaxCrossEntropyGradient"> = (
  { logits, labels, dlogits },
  { labelSmoothing },
) =>
  differentiate(logits, labels, dlogits, (row, label) => {
    const wanted = target(row.length, label, labelSmoothing);
    return softmaxOf(row).map((share, place) => share - wanted(place));
  });

export const clippedCrossEntropy: Kernel<"clippedCrossEntropy"> = (
  { x, labels, ...results },
  { labelSmoothing },
) =>
  judge(x, labels, results, (row, label) => {
    const wanted = target(row.length, label, labelSmoothing);
    return sharesOf(row).reduce(
      (loss, share, place) => loss - wanted(place) * Math.log(clip(share)),
      0,
    );
  });

/** With shares `p = x / sum(x)`: `dx = (g - sum(g * p)) / sum(x)`, where `g = -target / p` unless clipped. */
export const clippedCrossEntropyGradient: Kernel<"clippedCrossEntropyGradient"> = (
  { x, labels, dx },
  { labelSmoothing },
) =>
  differentiate(x, labels, dx, (row, label) => {
    const wanted = target(row.length, label, labelSmoothing);
    const shares = sharesOf(row);
    const slopes = shares.map((share, place) =>
      clip(share) === share ? -wanted(place) / share : 0,
    );
    const product = slopes.reduce(
      (sum, slope, place) => sum + slope * (shares[place] as number),
      0,
    );
    const total = row.reduce((sum, value) => sum + value, 0);
    return slopes.map((slope) => (slope - product) / total);
  });

export const accumulateMetrics: Kernel<"accumulateMetrics"> = ({
  imageLoss,
  predicted,
  labels,
  sums,
}) => {
  const mean = imageLoss.reduce((sum, loss) => sum + loss, 0) / imageLoss.length;
  const correct = predicted.filter((guess, image) => guess === labels[image]).length;
  sums.set([(sums[0] as number) + mean, (sums[1] as number) + correct, mean]);
};

/** The target of each class for a smoothed label. With one unit, every label is that unit: see ADR 18. */
function target(classes: number, label: number, labelSmoothing: number): (place: number) => number {
  const share = labelSmoothing / classes;
  const right = Math.min(label, classes - 1);
  return (place) => (place === right ? 1 - labelSmoothing + share : share);
}

function judge(
  values: Float64Array,
  labels: Float64Array,
  { imageLoss, predicted }: { readonly imageLoss: Float64Array; readonly predicted: Float64Array },
  lossOf: (row: Float64Array, label: number) => number,
): void {
  forEachImage(values, labels, (row, label, image) => {
    imageLoss[image] = lossOf(row, label);
    predicted[image] = row.reduce(
      (best, value, place) => (value > (row[best] as number) ? place : best),
      0,
    );
  });
}

/** The gradient of the mean over the batch. */
function differentiate(
  values: Float64Array,
  labels: Float64Array,
  result: Float64Array,
  gradientOf: (row: Float64Array, label: number) => Float64Array,
): void {
  forEachImage(values, labels, (row, label, image) => {
    const gradients = gradientOf(row, label).map((value) => value / labels.length);
    result.set(gradients, image * row.length);
  });
}

function forEachImage(
  values: Float64Array,
  labels: Float64Array,
  visit: (row: Float64Array, label: number, image: number) => void,
): void {
  const classes = values.length / labels.length;
  labels.forEach((label, image) => {
    visit(values.subarray(image * classes, (image + 1) * classes), label, image);
  });
}

function sharesOf(values: Float64Array): Float64Array {
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => value / total);
}

function clip(share: number): number {
  return Math.min(1 - EPSILON, Math.max(EPSILON, share));
}
