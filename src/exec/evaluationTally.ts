/** Counts an evaluation, batch by batch, for every engine alike. Knows no device. */
import type { Batch, Evaluation } from "./executor.ts";

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

/** Evaluations of one network, one after the other, as one. @throws RangeError for none. */
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

/** What an evaluation of one batch leaves. */
export interface JudgedBatch {
  /** The class given to each image. */
  readonly guesses: ArrayLike<number>;
  /** `[N]` */
  readonly losses: ArrayLike<number>;
}

/** One batch after the other, for an engine that has nothing to gain from taking the next before this one is read. */
export async function evaluateInTurn(
  batches: AsyncIterable<Batch> | Iterable<Batch>,
  numClasses: number,
  judge: (batch: Batch) => JudgedBatch | Promise<JudgedBatch>,
  onProgress?: (numImages: number) => void | Promise<void>,
): Promise<Evaluation> {
  const tally = createEvaluationTally(numClasses);
  for await (const batch of batches) {
    const { guesses, losses } = await judge(batch);
    let lossSum = 0;
    for (let image = 0; image < losses.length; image += 1) lossSum += losses[image] ?? Number.NaN;
    tally.add(batch.labels, guesses, lossSum);
    await onProgress?.(tally.numImages);
  }
  return tally.result();
}
