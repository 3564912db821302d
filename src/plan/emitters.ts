/** Maps every layer type and every optimiser to the emitter of its steps. Adding one takes one file and one line here. */
import type { LayerOf, LayerType } from "../network/graph.ts";
import { emitActivationLayer } from "./ops/activation.ts";
import { emitAddLayer } from "./ops/add.ts";
import { emitAveragePoolLayer } from "./ops/averagePool.ts";
import { emitBatchNormalizationLayer } from "./ops/batchNormalization.ts";
import { emitConcatenateLayer } from "./ops/concatenate.ts";
import { emitConv2dLayer } from "./ops/conv2d.ts";
import { emitDenseLayer } from "./ops/dense.ts";
import { emitDepthwiseConv2dLayer } from "./ops/depthwiseConv2d.ts";
import { emitDropoutLayer } from "./ops/dropout.ts";
import { emitFlattenLayer, emitReshapeLayer } from "./ops/flatten.ts";
import { emitGlobalAveragePoolLayer } from "./ops/globalAveragePool.ts";
import { emitLayerNormalizationLayer } from "./ops/layerNormalization.ts";
import { emitMaxPoolLayer } from "./ops/maxPool.ts";
import { emitMultiplyLayer } from "./ops/multiply.ts";
import { emitPermuteLayer } from "./ops/permute.ts";
import { emitPreluLayer } from "./ops/prelu.ts";
import { emitSeparableConv2dLayer } from "./ops/separableConv2d.ts";
import { emitUpSample2dLayer } from "./ops/upSample2d.ts";
import { emitCropping2dLayer, emitZeroPad2dLayer } from "./ops/zeroPad2d.ts";
import type { Tape, Value } from "./tape.ts";

/**
 * Emits the layer's steps for training or inference, as the tape says. The layer's definition in `network/layers` has checked
 * the shapes.
 */
type LayerEmitter<L> = (tape: Tape, layer: L, x: Value, ...others: readonly Value[]) => Value;
/** The input layer emits no step: its output is the plan's image buffer. */
type EmittedType = Exclude<LayerType, "InputLayer">;

const LAYERS: { readonly [T in EmittedType]: LayerEmitter<LayerOf<T>> } = {
  Conv2D: emitConv2dLayer,
  DepthwiseConv2D: emitDepthwiseConv2dLayer,
  SeparableConv2D: emitSeparableConv2dLayer,
  BatchNormalization: emitBatchNormalizationLayer,
  LayerNormalization: emitLayerNormalizationLayer,
  Activation: emitActivationLayer,
  PReLU: emitPreluLayer,
  MaxPooling2D: emitMaxPoolLayer,
  AveragePooling2D: emitAveragePoolLayer,
  GlobalAveragePooling2D: emitGlobalAveragePoolLayer,
  Add: emitAddLayer,
  Multiply: emitMultiplyLayer,
  Concatenate: emitConcatenateLayer,
  UpSampling2D: emitUpSample2dLayer,
  ZeroPadding2D: emitZeroPad2dLayer,
  Cropping2D: emitCropping2dLayer,
  Reshape: emitReshapeLayer,
  Permute: emitPermuteLayer,
  Flatten: emitFlattenLayer,
  Dense: emitDenseLayer,
  Dropout: emitDropoutLayer,
};

export function emitLayer<T extends EmittedType>(
  tape: Tape,
  layer: LayerOf<T> & { readonly type: T },
  x: Value,
  ...others: readonly Value[]
): Value {
  const emit: LayerEmitter<LayerOf<T>> = LAYERS[layer.type];
  return emit(tape, layer, x, ...others);
}
