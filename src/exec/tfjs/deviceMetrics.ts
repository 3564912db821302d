/** Sums of a run's metrics, kept on the device until they are read, so that any number of steps needs one transfer. */
import * as tf from "@tensorflow/tfjs";
import type { TrainingMetrics } from "../executor.ts";

export class DeviceMetrics {
  /** `[sum of mean losses, number correct]` */
  #sums = newSums();
  #lastLoss: tf.Scalar = tf.keep(tf.scalar(Number.NaN));
  #numImages = 0;
  #numSteps = 0;

  /** Does not take ownership: the caller still owns `loss` and `numCorrect`. */
  add(loss: tf.Scalar, numCorrect: tf.Scalar, numImages: number): void {
    const before = [this.#sums, this.#lastLoss];
    this.#sums = tf.keep(tf.tidy(() => this.#sums.add<tf.Tensor1D>(tf.stack([loss, numCorrect]))));
    this.#lastLoss = tf.keep(loss.clone());
    tf.dispose(before);
    this.#numImages += numImages;
    this.#numSteps += 1;
  }

  /**
   * Returns the sums since the last call and resets them to zero.
   *
   * @param held tensors that must be finite: weights and moving statistics, which the caller still owns.
   */
  async read(held: readonly tf.Tensor[]): Promise<TrainingMetrics> {
    const [sums, numImages, numSteps] = [this.#sums, this.#numImages, this.#numSteps];
    const packed = tf.tidy(() => {
      // The sum of squares is infinite or NaN if one value is, or overflows. A device may optimise a test for NaN away, but not
      // a sum.
      const squares = held.map((tensor) => tensor.square().sum().as1D());
      // This avoids `addN`, which binds all its operands at once: WebGPU allows ten.
      const total = squares.length === 0 ? tf.tensor1d([0]) : tf.concat1d(squares).sum().as1D();
      return tf.concat1d([sums, this.#lastLoss.as1D(), total]);
    });
    this.#sums = newSums();
    this.#numImages = 0;
    this.#numSteps = 0;
    sums.dispose();
    try {
      const [lossSum = Number.NaN, numCorrect = Number.NaN, lastLoss = Number.NaN, squares] =
        await packed.data();
      const metrics = { lossSum, numCorrect, numImages, numSteps, lastLoss };
      return Number.isFinite(squares) ? metrics : { ...metrics, hasNotFinite: true };
    } finally {
      packed.dispose();
    }
  }

  dispose(): void {
    tf.dispose([this.#sums, this.#lastLoss]);
  }
}

function newSums(): tf.Tensor1D {
  return tf.keep(tf.tensor1d([0, 0]));
}
