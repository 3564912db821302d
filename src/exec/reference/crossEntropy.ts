/** Cross-entropy against a smoothed label, as in Keras 3: from logits, or from outputs taken as probabilities. */

import { greatestOf } from "../../core/numbers.ts";
import { rowSides } from "../../core/shape.ts";
import type { Kernel, Memory } from "./kernel.ts";
import { softmaxOf } from "./softmax.ts";

const EPSILON = 1e-7;

export const softmaxCrossEntropyForward: Kernel<"softmaxCrossEntropy"> = (
  { inputs, outputs, attributes: { labelSmoothing } },
  memory,
) =>
  judge(inputs.logits, inputs.labels, outputs, memory, (logits, label) => {
    const largest = greatestOf(logits);
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
    const wanted = target(logits.length, label, labelSmoothing);
    return logits.reduce(
      (loss, logit, place) => loss - wanted(place) * (logit - largest - Math.log(total)),
      0,
    );
  });

export const softmaxCrossEntropyGradient: Kernel<"softmaxCrossEntropyGradient"> = (
  { inputs, outputs, attributes: { labelSmoothing } },
  memory,
) =>
  differentiate(inputs.logits, inputs.labels, outputs.dlogits, memory, (logits, label) => {
    const wanted = target(logits.length, label, labelSmoothing);
    return softmaxOf(logits).map((share, place) => share - wanted(place));
  });

export const clippedCrossEntropyForward: Kernel<"clippedCrossEntropy"> = (
  { inputs, outputs, attributes: { labelSmoothing } },
  memory,
) =>
  judge(inputs.x, inputs.labels, outputs, memory, (values, label) => {
    const wanted = target(values.length, label, labelSmoothing);
    return sharesOf(values).reduce(
      (loss, share, place) => loss - wanted(place) * Math.log(clip(share)),
      0,
    );
  });

/** With shares `p = x / sum(x)`: `dx = (g - sum(g * p)) / sum(x)`, where `g = -target / p` unless clipped. */
export const clippedCrossEntropyGradient: Kernel<"clippedCrossEntropyGradient"> = (
  { inputs, outputs, attributes: { labelSmoothing } },
  memory,
) =>
  differentiate(inputs.x, inputs.labels, outputs.dx, memory, (values, label) => {
    const wanted = target(values.length, label, labelSmoothing);
    const shares = sharesOf(values);
    const slopes = shares.map((share, place) =>
      clip(share) === share ? -wanted(place) / share : 0,
    );
    const product = slopes.reduce(
      (sum, slope, place) => sum + slope * (shares[place] as number),
      0,
    );
    const total = values.reduce((sum, value) => sum + value, 0);
    return slopes.map((slope) => (slope - product) / total);
  });

export const accumulateMetrics: Kernel<"accumulateMetrics"> = ({ inputs, updates }, memory) => {
  const losses = memory.values(inputs.imageLoss);
  const predicted = memory.values(inputs.predicted);
  const labels = memory.values(inputs.labels);
  const sums = memory.values(updates.sums);
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
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
  output: number,
  labels: number,
  results: { readonly imageLoss: number; readonly predicted: number },
  memory: Memory,
  lossOf: (row: Float64Array, label: number) => number,
): void {
  const imageLoss = memory.values(results.imageLoss);
  const predicted = memory.values(results.predicted);
  forEachImage(output, labels, memory, (row, label, image) => {
    imageLoss[image] = lossOf(row, label);
    predicted[image] = row.reduce(
      (best, value, place) => (value > (row[best] as number) ? place : best),
      0,
    );
  });
}

/** The gradient of the mean over the batch. */
function differentiate(
  output: number,
  labels: number,
  gradient: number,
  memory: Memory,
  gradientOf: (row: Float64Array, label: number) => Float64Array,
): void {
  const result = memory.values(gradient);
  const [numImages] = rowSides(memory.shape(output));
  forEachImage(output, labels, memory, (row, label, image) => {
    const gradients = gradientOf(row, label).map((value) => value / numImages);
    result.set(gradients, image * row.length);
  });
}

function forEachImage(
  output: number,
  labels: number,
  memory: Memory,
  visit: (row: Float64Array, label: number, image: number) => void,
): void {
  const values = memory.values(output);
  const [numImages, classes] = rowSides(memory.shape(output));
  for (let image = 0; image < numImages; image += 1) {
    const row = values.subarray(image * classes, (image + 1) * classes);
    visit(row, memory.values(labels)[image] as number, image);
  }
}

function sharesOf(values: Float64Array): Float64Array {
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => value / total);
}

function clip(share: number): number {
  return Math.min(1 - EPSILON, Math.max(EPSILON, share));
}
