/** Counts steps and images on the processor, and joins them with the sums that a machine keeps in the plan's metrics. */
import type { Batch, TrainingMetrics } from "../executor.ts";

export class StepCounts {
  #numImages = 0;
  #numSteps = 0;

  add({ numImages }: Batch): void {
    this.#numImages += numImages;
    this.#numSteps += 1;
  }

  /**
   * Restarts the count. The caller sets the machine's sums to zero.
   *
   * @param sums `lossSum numCorrect lastLoss`, as the plan's `metrics` buffer holds them.
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
