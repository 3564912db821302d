import { formatShape, type Shape } from "../../core/shape.ts";
import type { LayerNormalizationLayer } from "../graph.ts";
import { axesFault } from "./axesFault.ts";
import type { LayerDefinition } from "./definition.ts";
import { onlyInput } from "./shapePreserving.ts";

/** `gamma` and `beta` have one number for each position along the layer's axes. */
export const layerNormalization: LayerDefinition<LayerNormalizationLayer> = {
  outputShape({ name, axis }, inputs) {
    const input = onlyInput(name, inputs);
    const first = input.length - axis.length + 1;
    if (axis.length > 0 && axis.every((one, place) => one === first + place)) return input;
    throw axesFault(name, axis, {
      rule: "it normalises along the last axes",
      expected: `the last axes of ${formatShape(input)}, in order`,
      remedy: "Normalise along the last axis.",
    });
  },
  weights({ name, axis, scale, center }, inputs) {
    const shape: Shape = onlyInput(name, inputs).slice(-axis.length);
    const gamma = { name: "gamma", shape, trainable: true, initializer: { kind: "ones" } } as const;
    const beta = { name: "beta", shape, trainable: true, initializer: { kind: "zeros" } } as const;
    return [...(scale ? [gamma] : []), ...(center ? [beta] : [])];
  },
  macTerms: () => [],
};
