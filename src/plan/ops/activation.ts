/**
 * Elementwise activations. If the output determines the derivative, the gradient is computed from the output, so that the input
 * need not be stored.
 */
import { PlaygroundError } from "../../core/errors.ts";
import { needsInput } from "../../formulas/activations/activation.ts";
import {
  activationFormula,
  activationParameters,
  type ElementwiseActivation,
} from "../../formulas/activations/registry.ts";
import type { Activation, LayerOf } from "../../network/graph.ts";
import type { Tape, Value } from "../tape.ts";
import { emitLogSoftmax, emitSoftmax } from "./softmax.ts";

export function emitActivationLayer(tape: Tape, layer: LayerOf<"Activation">, x: Value): Value {
  return emitActivation(tape, x, layer.activation);
}

/** Emits any activation of the graph. For `linear` it returns the input unchanged. */
export function emitActivation(tape: Tape, x: Value, kind: Activation): Value {
  if (kind === "linear") return x;
  if (kind === "softmax") return emitSoftmax(tape, x);
  if (kind === "log_softmax") return emitLogSoftmax(tape, x);
  const attributes = { activation: kind };
  const fromInput = needsInput(activationFormula(kind));
  requireNumbers(tape.layer, kind);
  const y = tape.activation(x.shape, { inputs: [x] });
  tape.step({
    op: "activation",
    inputs: { x: x.buffer },
    outputs: { y: y.buffer },
    attributes,
  });
  tape.onBackward(y, (dy) =>
    tape.step(
      fromInput
        ? {
            op: "activationGradientFromInput",
            inputs: { dy, x: x.buffer },
            outputs: { dx: tape.gradientOf(x) },
            attributes,
          }
        : {
            op: "activationGradient",
            inputs: { dy, y: y.buffer },
            outputs: { dx: tape.gradientOf(x) },
            attributes,
          },
    ),
  );
  return y;
}

/** Refuses a negative slope, as Keras does, because the sign of the output would then not show the sign of the input. */
function requireNumbers(layer: string, activation: ElementwiseActivation): void {
  for (const [name, value] of Object.entries(activationParameters(activation))) {
    if (Number.isFinite(value) && (name !== "negativeSlope" || value >= 0)) continue;
    throw new PlaygroundError({
      code: "engine.unsupported",
      where: layer,
      rule: `the activation's ${name} does not fit`,
      expected: name === "negativeSlope" ? "a number of at least 0" : "a number",
      got: String(value),
      remedy: "Give the layer another number.",
      context: { layer },
    });
  }
}
