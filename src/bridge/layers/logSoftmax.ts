/** The logarithm of the softmax over the last axis. TensorFlow.js has it as an activation that its types do not list. */
import type * as tf from "@tensorflow/tfjs";
import { OneTensorLayer } from "./oneTensor.ts";

export class LogSoftmax extends OneTensorLayer {
  static readonly className = "LogSoftmax";

  protected override compute(input: tf.Tensor): tf.Tensor {
    return input.logSoftmax();
  }
}
