/**
 * PReLU. A shared `alpha` serves the first axes, so the input is viewed as rows with one `alpha` for each column. The gradient
 * of `alpha` is then a sum of rows, as that of a bias is.
 */
import { sizeOf } from "../../core/shape.ts";
import type { LayerOf } from "../../network/graph.ts";
import type { Tape, Value } from "../tape.ts";
import { emitBiasGradient } from "./bias.ts";

export function emitPreluLayer(tape: Tape, _layer: LayerOf<"PReLU">, input: Value): Value {
  const alpha = tape.asVector(tape.weight("alpha"));
  const columns = sizeOf(alpha.shape);
  const isPerChannel = input.shape.at(-1) === columns;
  const x = isPerChannel ? input : tape.reshape(input, [sizeOf(input.shape) / columns, columns]);
  const y = tape.activation(x.shape, { inputs: [x], weights: [alpha] });
  const inputs = { x: x.buffer, alpha: alpha.buffer };
  tape.step({ op: "prelu", inputs, outputs: { y: y.buffer }, attributes: {} });
  tape.onBackward(y, (dy) => {
    if (x.needsGradient) {
      const outputs = { dx: tape.gradientOf(x) };
      tape.step({ op: "preluInputGradient", inputs: { dy, ...inputs }, outputs, attributes: {} });
    }
    if (alpha.gradient === undefined) return;
    const terms = tape.scratch("alphaTerms", x.shape);
    tape.step({
      op: "preluAlphaTerms",
      inputs: { dy, x: x.buffer },
      outputs: { terms },
      attributes: {},
    });
    emitBiasGradient(tape, alpha, terms);
  });
  return isPerChannel ? y : tape.reshape(y, input.shape);
}
