/**
 * Softmax over the last axis, and its logarithm. In training, the softmax of the network's head is part of the loss instead.
 */
import type { Tape, Value } from "../tape.ts";

export function emitSoftmax(tape: Tape, x: Value): Value {
  return emitRows(tape, x, "softmax", "softmaxGradient");
}

export function emitLogSoftmax(tape: Tape, x: Value): Value {
  return emitRows(tape, x, "logSoftmax", "logSoftmaxGradient");
}

/** Both gradients follow from what was computed, so the input need not be kept. */
function emitRows(
  tape: Tape,
  x: Value,
  op: "softmax" | "logSoftmax",
  gradientOp: "softmaxGradient" | "logSoftmaxGradient",
): Value {
  const y = tape.activation(x.shape, { inputs: [x] });
  tape.step({ op, inputs: { x: x.buffer }, outputs: { y: y.buffer }, attributes: {} });
  tape.onBackward(y, (dy) =>
    tape.step({
      op: gradientOp,
      inputs: { dy, y: y.buffer },
      outputs: { dx: tape.gradientOf(x) },
      attributes: {},
    }),
  );
  return y;
}
