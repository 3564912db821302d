/** Maps every layer type to its definition. A new type needs its interface in `graph.ts`, one file, and one line here. */
import type { Shape } from "../../core/shape.ts";
import type { LayerOf, LayerType } from "../graph.ts";
import type { WeightSpec } from "../weights.ts";
import { add } from "./add.ts";
import { batchNormalization } from "./batchNormalization.ts";
import { concatenate } from "./concatenate.ts";
import { conv2d } from "./conv2d.ts";
import { cropping2d } from "./cropping2d.ts";
import type { LayerDefinition } from "./definition.ts";
import { dense, flatten, reshape } from "./dense.ts";
import { depthwiseConv2d } from "./depthwiseConv2d.ts";
import { inputLayer } from "./inputLayer.ts";
import { layerNormalization } from "./layerNormalization.ts";
import type { MacTerm } from "./macTerms.ts";
import { multiply } from "./multiply.ts";
import { permute } from "./permute.ts";
import { globalAveragePooling2d, pooling } from "./pooling.ts";
import { prelu } from "./prelu.ts";
import { separableConv2d } from "./separableConv2d.ts";
import { shapePreserving } from "./shapePreserving.ts";
import { upSampling2d } from "./upSampling2d.ts";
import { zeroPadding2d } from "./zeroPadding2d.ts";

const LAYERS: { readonly [T in LayerType]: LayerDefinition<LayerOf<T>> } = {
  InputLayer: inputLayer,
  Conv2D: conv2d,
  DepthwiseConv2D: depthwiseConv2d,
  SeparableConv2D: separableConv2d,
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  Activation: shapePreserving,
  PReLU: prelu,
  MaxPooling2D: pooling,
  AveragePooling2D: pooling,
  GlobalAveragePooling2D: globalAveragePooling2d,
  Add: add,
  Multiply: multiply,
  Concatenate: concatenate,
  UpSampling2D: upSampling2d,
  ZeroPadding2D: zeroPadding2d,
  Cropping2D: cropping2d,
  Reshape: reshape,
  Permute: permute,
  Flatten: flatten,
  Dense: dense,
  Dropout: shapePreserving,
};

export const LAYER_TYPES = Object.keys(LAYERS) as readonly LayerType[];

export interface InferredLayer {
  readonly shape: Shape;
  readonly weights: readonly WeightSpec[];
  readonly macTerms: readonly MacTerm[];
}

/**
 * Returns shape, weights and products of one layer.
 * @param makers for each input, the layer that determined its shape.
 * @throws PlaygroundError `network.*`
 */
export function inferLayer<T extends LayerType>(
  layer: LayerOf<T> & { readonly type: T },
  inputs: readonly Shape[],
  makers: readonly string[],
): InferredLayer {
  const definition: LayerDefinition<LayerOf<T>> = LAYERS[layer.type];
  const shape = definition.outputShape(layer, inputs, makers);
  return {
    shape,
    weights: definition.weights(layer, inputs),
    macTerms: definition.macTerms(layer, inputs, shape),
  };
}
