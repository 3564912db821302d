/** Inference over any number of batches: mean loss, confusion counts, the predicted class and the probabilities of each image. */
import * as tf from "@tensorflow/tfjs";
import type { BridgedModel } from "../../bridge/toLayersModel.ts";
import type { HeadKind } from "../classProbabilities.ts";
import type { EvaluationTally } from "../evaluationTally.ts";
import type { Batch, Evaluation } from "../executor.ts";
import { crossEntropy, targets } from "./loss.ts";

interface PendingBatch {
  readonly batch: Batch;
  /** As `judgeBatch` returns it. */
  readonly reading: Promise<ArrayLike<number>>;
}

/**
 * Reads one batch while the device computes the next, so that neither waits for the other.
 *
 * @param judge evaluates a batch like `judgeBatch`, after preparing it.
 * @param head what the outputs of `judge` are.
 * @param tally counts; it knows the number of classes in the labels.
 * @param read returns the values of a tensor and disposes it.
 */
export async function evaluate(
  judge: (batch: Batch) => tf.Tensor1D,
  head: HeadKind,
  tally: EvaluationTally,
  batches: AsyncIterable<Batch> | Iterable<Batch>,
  read: (tensor: tf.Tensor) => Promise<ArrayLike<number>>,
  onProgress: (numImages: number) => void | Promise<void> = () => {},
): Promise<Evaluation> {
  let pending: PendingBatch | undefined;

  const settle = async ({ batch, reading }: PendingBatch) => {
    const numbers = Float32Array.from(await reading);
    const end = 1 + batch.numImages;
    const [guesses, outputs] = [numbers.subarray(1, end), numbers.subarray(end)];
    tally.add(batch.labels, { guesses, outputs, head, lossSum: numbers[0] ?? Number.NaN });
    await onProgress(tally.numImages);
  };

  for await (const batch of batches) {
    const reading = read(judge(batch));
    // The error is thrown when its batch is awaited. Until then it must not count as an unhandled rejection.
    reading.catch(() => {});
    if (pending !== undefined) await settle(pending);
    pending = { batch, reading };
  }
  if (pending !== undefined) await settle(pending);

  return tally.result();
}

/**
 * `[1 + N + N * numClasses]`: the sum of the losses, the predicted class of each image, then what the loss took of each image.
 * One tensor needs only one transfer.
 *
 * @param numClasses units of the head.
 */
export function judgeBatch(
  bridged: BridgedModel,
  input: tf.Tensor4D,
  labels: Uint8Array,
  numClasses: number,
): tf.Tensor1D {
  const outputs = bridged.forward(input, false);
  const wanted = targets(tf.tensor1d(Int32Array.from(labels), "int32"), numClasses, 0);
  const lossSum = crossEntropy(outputs, wanted, bridged.head).sum().as1D();
  const guesses = outputs.argMax<tf.Tensor1D>(1).cast<tf.Tensor1D>("float32");
  return tf.concat1d([lossSum, guesses, outputs.as1D()]);
}
