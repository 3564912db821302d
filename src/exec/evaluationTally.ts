/** Counts an evaluation, batch by batch, for every engine alike. Knows no device. */
import type { Evaluation } from "./executor.ts";

export interface EvaluationTally {
  /** Images counted so far. */
  readonly numImages: number;
  /**
   * @param labels `[N]`, the true classes
   * @param guesses the class given to each of them
   * @param lossSum over the batch
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
