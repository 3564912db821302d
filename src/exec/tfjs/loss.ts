/**
 * Categorical cross-entropy as Keras 3 computes it, mean over the batch. For a softmax head Keras uses the logits, and then
 * neither divides nor clips. The output of a linear head is taken as probabilities: divided by its sum and clipped to [1e-7, 1
 * - 1e-7].
 */
import * as tf from "@tensorflow/tfjs";

const EPSILON = 1e-7;

/**
 * Converts `[N]` class indices to `[N, classes]`. Smoothing distributes that share of each label evenly over all classes. With
 * one unit, every label is that unit: see ADR 18.
 */
export function targets(labels: tf.Tensor1D, classes: number, labelSmoothing: number): tf.Tensor2D {
  // TensorFlow.js' oneHot needs at least two classes.
  if (classes === 1) return tf.ones([labels.size, 1]);
  const share = labelSmoothing / classes;
  return tf.tidy(() =>
    tf
      .oneHot(labels, classes, 1 - labelSmoothing + share, share, "float32")
      .as2D(labels.size, classes),
  );
}

/**
 * @param outputs `[N, classes]`: logits when `head` is `softmax`.
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
