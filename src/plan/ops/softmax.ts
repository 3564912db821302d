/**
 * Softmax over the last axis, and its logarithm. In training, the softmax of the network's head is part of the loss instead.
 */
import type { Tape, Value } from "../tape.ts";

export function emitSoftmax(tape: Tape, x: Value): Value {
  const y = tape.activation(x.shape, { inputs: [x] });
  tape.step({ op: "softmax", inputs: { x: x.buffer }, outputs: { y: y.buffer }, attributes: {} });
  tape.onBackward(y, (dy) =>
    tape.step({
      op: "softmaxGradient",
      inputs: { dy, y: y.buffer },
      outputs: { dx: tape.gradientOf(x) },
      attributes: {},
    }),
  );
  return y;
}

export function emitLogSoftmax(tape: Tape, x: Value): Value {
  const y = tape.activation(x.shape, { inputs: [x] });
  const outputs = { y: y.buffer };
  tape.step({ op: "logSoftmax", inputs: { x: x.buffer }, outputs, attributes: {} });
  tape.onBackward(y, (dy) =>
    tape.step({
      op: "logSoftmaxGradient",
      inputs: { dy, y: y.buffer },
      outputs: { dx: tape.gradientOf(x) },
      attributes: {},
    }),
  );
  return y;
}
