/** The forward and backward pass of one step. It is independent of backends and optimisers. */
import * as tf from "@tensorflow/tfjs";
import type { BridgedModel } from "../../bridge/toLayersModel.ts";
import { crossEntropy } from "./loss.ts";

export interface StepResult {
  /** By variable name, without those of frozen weights. */
  readonly gradients: tf.NamedTensorMap;
  /** Mean over the batch. */
  readonly loss: tf.Scalar;
  readonly numCorrect: tf.Scalar;
}

/**
 * Computes loss and gradients of one batch in training mode. The caller must dispose the results; within `tf.tidy` they are
 * disposed automatically.
 *
 * @param labels `[N]`, int32
 * @param wanted `[N, classes]`, the target of the output
 */
export function lossAndGradients(
  bridged: BridgedModel,
  variables: readonly tf.Variable[],
  input: tf.Tensor4D,
  labels: tf.Tensor1D,
  wanted: tf.Tensor2D,
): StepResult {
  let numCorrect: tf.Scalar | undefined;
  const meanLoss = (): tf.Scalar => {
    const outputs = bridged.forward(input, true);
    numCorrect = tf.keep(countCorrect(outputs, labels));
    return crossEntropy(outputs, wanted, bridged.head).mean().asScalar();
  };
  // With every layer frozen there is nothing to differentiate, and tfjs would throw.
  const { value, grads } =
    variables.length === 0
      ? { value: tf.tidy(meanLoss), grads: {} }
      : tf.variableGrads(meanLoss, [...variables]);
  if (numCorrect === undefined) throw new Error("the loss was not computed");
  return { gradients: grads, loss: value, numCorrect };
}

/** Counts the rows of `outputs` whose largest value is at their label. */
function countCorrect(outputs: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar {
  return tf.tidy(() => outputs.argMax(1).equal(labels).cast("float32").sum().asScalar());
}
