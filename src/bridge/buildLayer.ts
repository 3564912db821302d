/**
 * Builds one layer of our graph as a layer of tfjs. Names stay the same. Weights start at zero or one, because the builder of a
 * model writes them right after. It refuses, by name, layers that tfjs cannot train.
 */
import * as tf from "@tensorflow/tfjs";
import { PlaygroundError } from "../core/errors.ts";
import { formatShape, type Pair } from "../core/shape.ts";
import type { Activation, InputLayer, Layer, LayerOf, PoolingLayer } from "../network/graph.ts";
import { AveragePooling2D } from "./layers/averagePooling2D.ts";
import { BatchNormalization } from "./layers/batchNormalization.ts";
import { Dropout } from "./layers/dropout.ts";
import { GeneralConv2D } from "./layers/generalConv2D.ts";
import type { LayerClock } from "./layers/layerClock.ts";
import { LayerNormalization } from "./layers/layerNormalization.ts";
import { LogSoftmax } from "./layers/logSoftmax.ts";
import { isNative, nativeOrNone, Pointwise } from "./layers/pointwise.ts";
import { PReLU } from "./layers/prelu.ts";
import { SymmetricPooling2D } from "./layers/symmetricPooling2D.ts";
import { UpSampling2D } from "./layers/upSampling2D.ts";

/** @throws PlaygroundError `engine.unsupported` naming the layer. */
export function buildLayer(
  layer: Exclude<Layer, InputLayer>,
  seed: number,
  clock: LayerClock,
): tf.layers.Layer {
  const { name } = layer;
  switch (layer.type) {
    case "Conv2D":
      return buildConv2d(layer);
    case "DepthwiseConv2D":
      return tf.layers.depthwiseConv2d({
        ...windowArguments(layer),
        depthMultiplier: layer.depthMultiplier,
        depthwiseInitializer: "zeros",
      });
    case "SeparableConv2D":
      // This initialiser serves both kernels, because tfjs ignores the pointwise one.
      return tf.layers.separableConv2d({
        ...windowArguments(layer),
        filters: layer.filters,
        depthMultiplier: layer.depthMultiplier,
        depthwiseInitializer: "zeros",
      });
    case "BatchNormalization":
      return new BatchNormalization(layer, clock);
    case "LayerNormalization":
      return new LayerNormalization(layer);
    case "Activation":
      return buildActivation(name, layer.activation);
    case "PReLU":
      return new PReLU(layer);
    case "MaxPooling2D":
    case "AveragePooling2D":
      return buildPooling(layer);
    case "GlobalAveragePooling2D":
      return tf.layers.globalAveragePooling2d({ name, dataFormat: "channelsLast" });
    case "Add":
      return tf.layers.add({ name });
    case "Multiply":
      return tf.layers.multiply({ name });
    case "Concatenate":
      return tf.layers.concatenate({ name, axis: layer.axis });
    case "UpSampling2D":
      return new UpSampling2D(layer);
    case "ZeroPadding2D": {
      const [[top, bottom], [left, right]] = layer.padding;
      return tf.layers.zeroPadding2d({
        name,
        padding: [
          [top, bottom],
          [left, right],
        ],
      });
    }
    case "Cropping2D": {
      const [[top, bottom], [left, right]] = layer.cropping;
      return tf.layers.cropping2D({
        name,
        cropping: [
          [top, bottom],
          [left, right],
        ],
      });
    }
    case "Reshape":
      return tf.layers.reshape({ name, targetShape: [...layer.targetShape] });
    case "Permute":
      return tf.layers.permute({ name, dims: [...layer.dims] });
    case "Flatten":
      return tf.layers.flatten({ name });
    case "Dense":
      return tf.layers.dense({
        name,
        units: layer.units,
        activation: nativeOrNone(layer.activation),
        useBias: layer.useBias,
        kernelInitializer: "zeros",
      });
    case "Dropout":
      return new Dropout(name, layer.rate, seed, clock);
  }
}

/** Returns the activation inside a layer as a separate layer, if the layer of TensorFlow.js cannot compute it. */
export function activationBehind(layer: Layer): tf.layers.Layer | undefined {
  if (layer.type !== "Conv2D" && layer.type !== "Dense") return undefined;
  const { name, activation } = layer;
  return isNative(activation) ? undefined : buildActivation(`${name}__activation`, activation);
}

function buildActivation(name: string, activation: Activation): tf.layers.Layer {
  if (isNative(activation)) return tf.layers.activation({ name, activation });
  if (activation === "log_softmax") return new LogSoftmax({ name });
  return new Pointwise(name, activation);
}

function buildConv2d(layer: LayerOf<"Conv2D">): tf.layers.Layer {
  if (layer.groups > 1 || !isUnit(layer.dilationRate)) {
    requireStridesOrDilation(layer);
    return new GeneralConv2D(layer);
  }
  return tf.layers.conv2d({
    ...windowArguments(layer),
    filters: layer.filters,
    activation: nativeOrNone(layer.activation),
    kernelInitializer: "zeros",
  });
}

function buildPooling(layer: PoolingLayer): tf.layers.Layer {
  const { name, poolSize, strides, padding } = layer;
  if (padding === "symmetric") {
    const mode = layer.type === "MaxPooling2D" ? "max" : "average";
    return new SymmetricPooling2D({ name, mode, poolSize, strides });
  }
  if (layer.type === "AveragePooling2D" && padding === "same")
    return new AveragePooling2D(name, poolSize, strides);
  const settings = { name, poolSize: pair(poolSize), strides: pair(strides), padding };
  return layer.type === "MaxPooling2D"
    ? tf.layers.maxPooling2d(settings)
    : tf.layers.averagePooling2d(settings);
}

function windowArguments(layer: LayerOf<"Conv2D" | "DepthwiseConv2D" | "SeparableConv2D">) {
  // tfjs' depthwise layer ignores the dilation rate, and no dilated convolution of tfjs has a gradient.
  if (!isUnit(layer.dilationRate))
    throw unsupported(layer, "dilated depthwise filters cannot be trained in TensorFlow.js");
  return {
    name: layer.name,
    kernelSize: pair(layer.kernelSize),
    strides: pair(layer.strides),
    padding: layer.padding,
    useBias: layer.useBias,
    biasInitializer: "zeros",
  } as const;
}

function requireStridesOrDilation(layer: LayerOf<"Conv2D">): void {
  if (isUnit(layer.dilationRate) || isUnit(layer.strides)) return;
  throw unsupported(layer, "a convolution has either strides or a dilation rate");
}

function unsupported(
  layer: LayerOf<"Conv2D" | "DepthwiseConv2D" | "SeparableConv2D">,
  rule: string,
): PlaygroundError {
  return new PlaygroundError({
    code: "engine.unsupported",
    where: layer.name,
    rule,
    expected: "a dilation rate of 1x1",
    got: `${formatShape(layer.dilationRate)} with strides ${formatShape(layer.strides)}`,
    remedy: "Use another engine, or a network without this layer.",
    context: { layer: layer.name, layerType: layer.type },
  });
}

function isUnit(sides: Pair): boolean {
  return sides[0] === 1 && sides[1] === 1;
}

/** Copies the pair, because tfjs' types require a mutable one. */
function pair(sides: Pair): [number, number] {
  return [sides[0], sides[1]];
}
