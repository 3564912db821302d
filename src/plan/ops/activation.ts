/** ReLU and ELU, element by element. Their gradients are computed from the output, so that the input need not be stored. */
import type { ActivationKind, LayerOf } from "../../network/graph.ts";
import type { Signature } from "../signature.ts";
import type { Tape, Value } from "../tape.ts";
import { emitSoftmax } from "./softmax.ts";

export function emitActivationLayer(tape: Tape, layer: LayerOf<"Activation">, x: Value): Value {
  return emitActivation(tape, x, layer.activation);
}

/** Emits any activation of the graph. For `linear` it returns the input unchanged. */
export function emitActivation(tape: Tape, x: Value, kind: ActivationKind): Value {
  if (kind === "linear") return x;
  if (kind === "softmax") return emitSoftmax(tape, x);
  const attributes = { activation: kind } as const;
  const y = tape.activation(x.shape, { inputs: [x] });
  tape.step({
    op: "activation",
    inputs: { x: x.buffer },
    outputs: { y: y.buffer },
    attributes,
  });
  tape.onBackward(y, (dy) =>
    tape.step({
      op: "activationGradient",
      inputs: { dy, y: y.buffer },
      outputs: { dx: tape.gradientOf(x) },
      attributes,
    }),
  );
  return y;
}

export const activation: Signature<"activation"> = { patterns: { x: "*S", y: "*S" } };
export const activationGradient: Signature<"activationGradient"> = {
  patterns: { dy: "*S", y: "*S", dx: "*S" },
};
