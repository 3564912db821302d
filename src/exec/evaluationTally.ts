/** Counts the results of an evaluation batch by batch, in the same way for every engine. It knows no device. */
import type { Evaluation } from "./executor.ts";

export interface EvaluationTally {
  /** The number of images counted so far. */
  readonly numImages: number;
  /**
   * @param labels `[N]`, the true classes
   * @param guesses the predicted class of each image
   * @param lossSum the sum of the losses over the batch
   */
  add(labels: Uint8Array, guesses: ArrayLike<number>, lossSum: number): void;
  result(): Evaluation;
}

export function createEvaluationTally(numClasses: number): EvaluationTally {
  const confusion = new Uint32Array(numClasses * numClasses);
  const predicted: number[] = [];
  let totalLoss = 0;
  let numCorrect = 0;
  return {
    get numImages() {
      return predicted.length;
    },
    add(labels, guesses, lossSum) {
      totalLoss += lossSum;
      for (const [image, label] of labels.entries()) {
        const guess = guesses[image] ?? 0;
        const cell = label * numClasses + guess;
        confusion[cell] = (confusion[cell] ?? 0) + 1;
        predicted.push(guess);
        if (guess === label) numCorrect += 1;
      }
    },
    result: () => ({
      loss: totalLoss / predicted.length,
      accuracy: numCorrect / predicted.length,
      numImages: predicted.length,
      confusion,
      predicted: Uint8Array.from(predicted),
    }),
  };
}

/**
 * Joins consecutive evaluations of one network to one.
 * @throws RangeError when there is none.
 */
export function joinEvaluations(parts: readonly Evaluation[]): Evaluation {
  const [first, ...others] = parts;
  if (first === undefined) throw new RangeError("no evaluation to join");
  if (others.length === 0) return first;
  const numImages = parts.reduce((total, part) => total + part.numImages, 0);
  const sumOf = (value: (part: Evaluation) => number) =>
    parts.reduce((total, part) => total + value(part), 0);
  const confusion = first.confusion.slice();
  for (const other of others)
    for (const [cell, count] of other.confusion.entries())
      confusion[cell] = (confusion[cell] ?? 0) + count;
  return {
    loss: sumOf((part) => part.loss * part.numImages) / numImages,
    accuracy: sumOf((part) => Math.round(part.accuracy * part.numImages)) / numImages,
    numImages,
    confusion,
    predicted: Uint8Array.from(parts.flatMap(({ predicted }) => [...predicted])),
  };
}
