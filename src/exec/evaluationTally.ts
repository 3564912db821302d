/** Counts the results of an evaluation batch by batch, in the same way for every engine. It knows no device. */
import { type Classified, classifiedImages, joinClassified } from "../core/classified.ts";
import { classProbabilities, type HeadKind } from "./classProbabilities.ts";
import type { Evaluation } from "./executor.ts";

/** What an engine computed for a batch of N images. */
export interface JudgedBatch {
  /** `[N]`, the predicted class of each image. */
  readonly guesses: ArrayLike<number>;
  /** `[N, units]`, what the loss took: logits of a softmax head, or the output of a linear one. */
  readonly outputs: ArrayLike<number>;
  readonly head: HeadKind;
  /** The sum of the losses over the batch. */
  readonly lossSum: number;
}

export interface EvaluationTally {
  /** The number of images counted so far. */
  readonly numImages: number;
  /** @param labels `[N]`, the true classes */
  add(labels: Uint8Array, judged: JudgedBatch): void;
  result(): Evaluation;
}

export function createEvaluationTally(numClasses: number): EvaluationTally {
  const confusion = new Uint32Array(numClasses * numClasses);
  const parts: Classified[] = [];
  let totalLoss = 0;
  let numCorrect = 0;
  let numImages = 0;
  return {
    get numImages() {
      return numImages;
    },
    add(labels, { guesses, outputs, head, lossSum }) {
      totalLoss += lossSum;
      numImages += labels.length;
      for (const [image, label] of labels.entries()) {
        const guess = guesses[image] ?? 0;
        const cell = label * numClasses + guess;
        confusion[cell] = (confusion[cell] ?? 0) + 1;
        if (guess === label) numCorrect += 1;
      }
      const predicted = Uint8Array.from(labels, (_, image) => guesses[image] ?? 0);
      const probabilities = classProbabilities(outputs, labels.length, numClasses, head);
      parts.push(classifiedImages(labels.slice(), predicted, probabilities, numClasses));
    },
    result: () => ({
      loss: totalLoss / numImages,
      accuracy: numCorrect / numImages,
      numImages,
      confusion,
      ...joinClassified(parts),
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
    ...joinClassified(parts),
  };
}
