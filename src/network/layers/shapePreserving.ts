import { PlaygroundError } from "../../core/errors.ts";
import { formatShape, type Shape } from "../../core/shape.ts";
import type { ActivationLayer, DropoutLayer } from "../graph.ts";
import { type LayerDefinition, NO_WEIGHTS } from "./definition.ts";

/** Returns the only input of a layer that takes any shape. */
export function onlyInput(name: string, inputs: readonly Shape[]): Shape {
  const [input] = inputs;
  if (input !== undefined && inputs.length === 1) return input;
  throw new PlaygroundError({
    code: "network.shape-mismatch",
    where: name,
    rule: "the layer takes one input",
    expected: "one",
    got: inputs.length === 0 ? "none" : inputs.map(formatShape).join(" and "),
    remedy: "Connect it to one layer.",
    context: { layer: name },
  });
}

/** Activation and dropout return their input's shape. */
export const shapePreserving: LayerDefinition<ActivationLayer | DropoutLayer> = {
  ...NO_WEIGHTS,
  outputShape: (layer, inputs) => onlyInput(layer.name, inputs),
};
