/**
 * Categorical cross-entropy as Keras 3 computes it, mean over the batch. Keras takes the logits behind a
 * softmax head where it finds them and then neither divides nor clips; a linear head is taken for
 * probabilities: divided by its sum and clipped to [1e-7, 1 - 1e-7].
 */
import * as tf from "@tensorflow/tfjs";

const EPSILON = 1e-7;

/**
 * `[N]` class indices to `[N, classes]`; smoothing gives that share of each label to all classes alike. One class is
 * every label's: see `docs/adr/0018`.
 */
export function targets(labels: tf.Tensor1D, classes: number, labelSmoothing: number): tf.Tensor2D {
  // TensorFlow.js' oneHot asks for two classes at least.
  if (classes === 1) return tf.ones([labels.size, 1]);
  const share = labelSmoothing / classes;
  return tf.tidy(() =>
    tf
      .oneHot(labels, classes, 1 - labelSmoothing + share, share, "float32")
      .as2D(labels.size, classes),
  );
}

/**
 * @param outputs `[N, classes]`: logits where `head` is `softmax`.
 * @returns `[N]`, the loss of each image.
 */
export function crossEntropy(
  outputs: tf.Tensor2D,
  wanted: tf.Tensor2D,
  head: "softmax" | "linear",
): tf.Tensor1D {
  return tf.tidy(() => {
    const logarithms = head === "softmax" ? tf.logSoftmax(outputs) : clipped(outputs).log();
    return wanted.mul(logarithms).sum(1).neg().as1D();
  });
}

function clipped(outputs: tf.Tensor2D): tf.Tensor {
  return outputs.div(outputs.sum(1, true)).clipByValue(EPSILON, 1 - EPSILON);
}
