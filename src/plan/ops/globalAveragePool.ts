/** Averages each channel over height and width. */
import type { LayerOf } from "../../network/graph.ts";
import type { Tape, Value } from "../tape.ts";

export function emitGlobalAveragePoolLayer(
  tape: Tape,
  _layer: LayerOf<"GlobalAveragePooling2D">,
  x: Value,
): Value {
  const [numImages = 0] = x.shape;
  const y = tape.activation([numImages, x.shape.at(-1) ?? 0], { inputs: [x] });
  tape.step({
    op: "globalAveragePool",
    inputs: { x: x.buffer },
    outputs: { y: y.buffer },
    attributes: {},
  });
  tape.onBackward(y, (dy) =>
    tape.step({
      op: "globalAveragePoolGradient",
      inputs: { dy },
      outputs: { dx: tape.gradientOf(x) },
      attributes: {},
    }),
  );
  return y;
}
