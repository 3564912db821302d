/** `y = x kernel + bias` with a kernel of `[in, units]`. */
import type { LayerOf } from "../../network/graph.ts";
import type { Tape, Value } from "../tape.ts";
import { emitActivation } from "./activation.ts";
import { emitBiasGradient } from "./bias.ts";

export function emitDenseLayer(tape: Tape, layer: LayerOf<"Dense">, x: Value): Value {
  const kernel = tape.weight("kernel");
  const bias = tape.optionalWeight("bias", layer.useBias);
  const [numImages = 0] = x.shape;
  const y = tape.activation(
    [numImages, layer.units],
    { inputs: [x], weights: [kernel, bias] },
    layer.activation === "linear" ? "" : "linear",
  );
  tape.step({
    op: "dense",
    inputs: {
      x: x.buffer,
      kernel: kernel.buffer,
      ...(bias !== undefined && { bias: bias.buffer }),
    },
    outputs: { y: y.buffer },
    attributes: {},
  });
  tape.onBackward(y, (dy) => {
    if (kernel.gradient !== undefined) {
      tape.step({
        op: "denseKernelGradient",
        inputs: { x: x.buffer, dy },
        outputs: { dkernel: kernel.gradient },
        attributes: {},
      });
    }
    emitBiasGradient(tape, bias, dy);
    if (x.needsGradient) {
      tape.step({
        op: "denseInputGradient",
        inputs: { dy, kernel: kernel.buffer },
        outputs: { dx: tape.gradientOf(x) },
        attributes: {},
      });
    }
  });
  return emitActivation(tape, y, layer.activation);
}
