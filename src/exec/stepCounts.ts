/** What a compiled engine counts beside the device's sums, and the reading of both together. */
import type { Batch, TrainingMetrics } from "./executor.ts";

export class StepCounts {
  #numImages = 0;
  #numSteps = 0;

  add({ numImages }: Batch): void {
    this.#numImages += numImages;
    this.#numSteps += 1;
  }

  /**
   * Ends the count; whoever calls clears the device's sums.
   *
   * @param sums `lossSum numCorrect lastLoss`, as a plan's `metrics` has them.
   * @param hasNotFinite whether a weight or a moving statistic is infinite or NaN.
   */
  take(sums: ArrayLike<number>, hasNotFinite: boolean): TrainingMetrics {
    const [lossSum = Number.NaN, numCorrect = Number.NaN, lastLoss = Number.NaN] = Array.from(sums);
    const [numImages, numSteps] = [this.#numImages, this.#numSteps];
    this.#numImages = 0;
    this.#numSteps = 0;
    const metrics = { lossSum, numCorrect, numImages, numSteps, lastLoss };
    return hasNotFinite ? { ...metrics, hasNotFinite } : metrics;
  }
}
