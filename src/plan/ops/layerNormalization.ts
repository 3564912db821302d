/**
 * Layer normalisation. The last axes are one row, and the images are viewed as a list of rows. The gradient of gamma is a sum of
 * rows, as that of a bias is.
 */
import { sizeOf } from "../../core/shape.ts";
import type { LayerOf } from "../../network/graph.ts";
import type { Tape, Value } from "../tape.ts";
import { emitBiasGradient } from "./bias.ts";

export function emitLayerNormalizationLayer(
  tape: Tape,
  layer: LayerOf<"LayerNormalization">,
  input: Value,
): Value {
  const vector = (name: string, exists: boolean) =>
    exists ? tape.asVector(tape.weight(name)) : undefined;
  const [gamma, beta] = [vector("gamma", layer.scale), vector("beta", layer.center)];
  const columns = sizeOf(input.shape.slice(-layer.axis.length));
  const isOneAxis = layer.axis.length === 1;
  const x = isOneAxis ? input : tape.reshape(input, [sizeOf(input.shape) / columns, columns]);
  const y = tape.activation(x.shape, { inputs: [x], weights: [gamma, beta] });
  const attributes = { epsilon: layer.epsilon };
  const scale = gamma === undefined ? {} : { gamma: gamma.buffer };
  tape.step({
    op: "layerNormalize",
    inputs: { x: x.buffer, ...scale, ...(beta !== undefined && { beta: beta.buffer }) },
    outputs: { y: y.buffer },
    attributes,
  });
  tape.onBackward(y, (dy) => {
    emitBiasGradient(tape, beta, dy);
    if (gamma?.gradient !== undefined) {
      const terms = tape.scratch("gammaTerms", x.shape);
      tape.step({
        op: "layerNormalizeScaleTerms",
        inputs: { dy, x: x.buffer },
        outputs: { terms },
        attributes,
      });
      emitBiasGradient(tape, gamma, terms);
    }
    if (x.needsGradient) {
      tape.step({
        op: "layerNormalizeInputGradient",
        inputs: { dy, x: x.buffer, ...scale },
        outputs: { dx: tape.gradientOf(x) },
        attributes,
      });
    }
  });
  return isOneAxis ? y : tape.reshape(y, input.shape);
}
