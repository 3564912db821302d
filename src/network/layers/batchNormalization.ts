import type { BatchNormalizationLayer } from "../graph.ts";
import type { WeightSpec } from "../weights.ts";
import type { LayerDefinition } from "./definition.ts";
import { onlyInput } from "./shapePreserving.ts";
import { mapInput } from "./window.ts";

/**
 * Normalises over the channels, with moving statistics. Without `scale` or `center`, the array of that name does not exist, as
 * in Keras.
 */
export const batchNormalization: LayerDefinition<BatchNormalizationLayer> = {
  outputShape(layer, inputs) {
    mapInput(layer.name, inputs);
    return onlyInput(layer.name, inputs);
  },
  weights(layer, inputs) {
    const shape = [mapInput(layer.name, inputs)[2]];
    const vector = (name: string, kind: "zeros" | "ones", trainable: boolean): WeightSpec => ({
      name,
      shape,
      trainable,
      initializer: { kind },
    });
    return [
      ...(layer.scale ? [vector("gamma", "ones", true)] : []),
      ...(layer.center ? [vector("beta", "zeros", true)] : []),
      vector("moving_mean", "zeros", false),
      vector("moving_variance", "ones", false),
    ];
  },
  macTerms: () => [],
};
