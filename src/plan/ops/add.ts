/** Sums tensors of one shape. All terms share the gradient of the sum, so the backward pass needs no step. */
import type { LayerOf } from "../../network/graph.ts";
import type { Tape, Value } from "../tape.ts";

export function emitAddLayer(
  tape: Tape,
  _layer: LayerOf<"Add">,
  first: Value,
  ...others: readonly Value[]
): Value {
  const terms = [first, ...others];
  const y = tape.activation(first.shape, { inputs: terms });
  tape.step({
    op: "add",
    inputs: { terms: terms.map(({ buffer }) => buffer) },
    outputs: { y: y.buffer },
    attributes: {},
  });
  tape.onBackward(y, (dy) => {
    for (const term of terms) tape.passGradient(term, dy);
  });
  return y;
}
