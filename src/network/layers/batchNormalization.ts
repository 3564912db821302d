import type { BatchNormalizationLayer } from "../graph.ts";
import type { WeightSpec } from "../weights.ts";
import type { LayerDefinition } from "./definition.ts";
import { onlyInput } from "./shapePreserving.ts";

/**
 * Normalises over the last axis, the channels of a map or the values of a vector, with moving statistics. Without `scale` or `center`, the array of that name does not exist, as
 * in Keras.
 */
export const batchNormalization: LayerDefinition<BatchNormalizationLayer> = {
  outputShape: (layer, inputs) => onlyInput(layer.name, inputs),
  weights(layer, inputs) {
    const shape = onlyInput(layer.name, inputs).slice(-1);
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
