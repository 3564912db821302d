/**
 * Turns what the loss takes into the probabilities of the classes, on the CPU. An evaluation computes no softmax on the device,
 * because the loss is computed from the logits.
 */

import { activationName, type LayerGraph } from "../network/graph.ts";

/** The loss takes logits of a softmax head, and the output of a linear head as probabilities. */
export type HeadKind = "softmax" | "linear";

/** A linear head's shares are clipped as in the loss (`exec/reference/crossEntropy.ts`). */
const EPSILON = 1e-7;

/**
 * Computes the softmax of each row for a softmax head. For a linear head it divides each row by its sum and clips it to
 * [1e-7, 1 - 1e-7]. A row of which any number is NaN, or the largest infinite, has no probabilities: all of them are NaN. A
 * head of fewer units than there are classes gives the others the probability 0.
 *
 * @param outputs `[numImages, units]`
 * @returns `[numImages, numClasses]`
 */
export function classProbabilities(
  outputs: ArrayLike<number>,
  numImages: number,
  numClasses: number,
  head: HeadKind,
): Float32Array {
  const probabilities = new Float32Array(numImages * numClasses);
  const units = outputs.length / numImages;
  const fill = head === "softmax" ? fillSoftmax : fillShares;
  for (let image = 0; image < numImages; image += 1) {
    const first = image * numClasses;
    const row = probabilities.subarray(first, first + Math.min(units, numClasses));
    fill(outputs, image * units, row);
  }
  return probabilities;
}

/**
 * Returns the probabilities of one image from what `predict` gives, which is the output of the head.
 *
 * @param outputs `[units]`
 * @returns `[units]`
 */
export function predictedProbabilities(
  { layers }: LayerGraph,
  outputs: Float32Array,
): Float32Array {
  const last = layers.at(-1);
  const isLinear =
    last !== undefined && "activation" in last && activationName(last.activation) === "linear";
  return isLinear ? classProbabilities(outputs, 1, outputs.length, "linear") : outputs;
}

function fillSoftmax(outputs: ArrayLike<number>, first: number, row: Float32Array): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let place = 0; place < row.length; place += 1)
    largest = Math.max(largest, outputs[first + place] ?? Number.NaN);
  const power = (place: number) => Math.exp((outputs[first + place] ?? Number.NaN) - largest);
  let total = 0;
  for (let place = 0; place < row.length; place += 1) total += power(place);
  for (let place = 0; place < row.length; place += 1) row[place] = power(place) / total;
}

function fillShares(outputs: ArrayLike<number>, first: number, row: Float32Array): void {
  let total = 0;
  for (let place = 0; place < row.length; place += 1) total += outputs[first + place] ?? Number.NaN;
  for (let place = 0; place < row.length; place += 1) {
    const share = (outputs[first + place] ?? Number.NaN) / total;
    row[place] = Math.min(1 - EPSILON, Math.max(EPSILON, share));
  }
}
