/**
 * The cross-entropy loss for both kinds of head, as Keras 3 computes it: from the logits of a softmax head, or from the output
 * of a linear head taken as probabilities. The forward step computes loss and class of each image. The gradient is that of the
 * mean loss.
 */

import type { BufferId } from "../buffers.ts";
import type { Tape, Value } from "../tape.ts";
import type { LossResults } from "../trainingPlan.ts";

export type LossKind = "softmaxCrossEntropy" | "clippedCrossEntropy";

/** @param output `[N, classes]`: logits for `softmaxCrossEntropy`. */
export function emitCrossEntropy(
  tape: Tape,
  output: Value,
  kind: LossKind,
  labelSmoothing: number,
): LossResults {
  const [numImages = 0] = output.shape;
  const { labels } = tape.inputs;
  const results = {
    imageLoss: tape.result("imageLoss", [numImages]),
    predicted: tape.result("predicted", [numImages], "i32"),
  };
  const attributes = { labelSmoothing };
  if (kind === "softmaxCrossEntropy") {
    tape.step({
      op: kind,
      inputs: { logits: output.buffer, labels },
      outputs: results,
      attributes,
    });
  } else {
    tape.step({ op: kind, inputs: { x: output.buffer, labels }, outputs: results, attributes });
  }
  return results;
}

/** Emits the first of the backward steps. */
export function emitCrossEntropyGradient(
  tape: Tape,
  output: Value,
  kind: LossKind,
  labelSmoothing: number,
): void {
  const { labels } = tape.inputs;
  const attributes = { labelSmoothing };
  if (kind === "softmaxCrossEntropy") {
    tape.step({
      op: "softmaxCrossEntropyGradient",
      inputs: { logits: output.buffer, labels },
      outputs: { dlogits: tape.gradientOf(output) },
      attributes,
    });
  } else {
    tape.step({
      op: "clippedCrossEntropyGradient",
      inputs: { x: output.buffer, labels },
      outputs: { dx: tape.gradientOf(output) },
      attributes,
    });
  }
}

/** Accumulates metrics over steps on the device, so that reading them takes one transfer for any number of steps. */
export function emitMetrics(tape: Tape, results: LossResults, sums: BufferId): void {
  tape.step({
    op: "accumulateMetrics",
    inputs: { ...results, labels: tape.inputs.labels },
    updates: { sums },
    outputs: {},
    attributes: {},
  });
}
