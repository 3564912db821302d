import type { GlobalAveragePooling2DLayer, PoolingLayer } from "../graph.ts";
import { type LayerDefinition, NO_WEIGHTS } from "./definition.ts";
import { mapInput, windowOutput } from "./window.ts";

/** Max and average pooling. */
export const pooling: LayerDefinition<PoolingLayer> = {
  ...NO_WEIGHTS,
  outputShape(layer, inputs) {
    const input = mapInput(layer.name, inputs);
    const window = { ...layer, kernelSize: layer.poolSize, dilationRate: [1, 1] as const };
    return [...windowOutput(layer.name, window, input), input[2]];
  },
};

export const globalAveragePooling2d: LayerDefinition<GlobalAveragePooling2DLayer> = {
  ...NO_WEIGHTS,
  outputShape: (layer, inputs) => [mapInput(layer.name, inputs)[2]],
};
