/**
 * Writes the layers of a graph as Keras' configuration: class names and keys. Three programs read it, and differ in the
 * activations that they have by name and in the spelling of a few keys.
 */
import { LARGEST_FLOAT } from "../../core/numbers.ts";
import type { ElementwiseKind } from "../../formulas/activations/registry.ts";
import {
  type Activation,
  activationName,
  type Layer,
  type LayerGraph,
} from "../../network/graph.ts";
import { LEAKY_SLOPE } from "./activations.ts";

export type Config = Readonly<Record<string, unknown>>;

/** `keras2` is what both Keras 2 and Keras 3 read, from HDF5 files. */
export type Dialect = "tfjs" | "keras2" | "keras3";

const PROGRAMS: Readonly<Record<Dialect, string>> = {
  tfjs: "TensorFlow.js",
  keras2: "the HDF5 format of Keras 2 and 3",
  keras3: "Keras 3",
};

type Names = Readonly<Record<string, string>>;
type NamesOfGraph = {
  readonly [K in ElementwiseKind | "linear" | "softmax" | "log_softmax"]?: string;
};

const COMMON = {
  linear: "linear",
  softmax: "softmax",
  log_softmax: "log_softmax",
  relu: "relu",
  elu: "elu",
  silu: "swish",
  sigmoid: "sigmoid",
  tanh: "tanh",
  gelu: "gelu",
  selu: "selu",
  softplus: "softplus",
  softsign: "softsign",
  mish: "mish",
} satisfies NamesOfGraph;

/**
 * The activations that each program computes by the same formula, with the names that it reads. `hard_sigmoid` is another
 * function in Keras 2 than in Keras 3, so a file for both lacks it. TensorFlow.js cannot read the name of its `gelu_new`, which
 * is GELU with tanh.
 */
const ACTIVATION_NAMES: Readonly<Record<Dialect, Names>> = {
  tfjs: {
    ...COMMON,
    hard_sigmoid_keras2: "hard_sigmoid",
    relu6: "relu6",
  } satisfies NamesOfGraph,
  keras2: { ...COMMON, exponential: "exponential" },
  keras3: {
    ...COMMON,
    exponential: "exponential",
    log_sigmoid: "log_sigmoid",
    hard_tanh: "hard_tanh",
    hard_shrink: "hard_shrink",
    soft_shrink: "soft_shrink",
    tanh_shrink: "tanh_shrink",
    squareplus: "squareplus",
    sparse_plus: "sparse_plus",
    sparse_sigmoid: "sparse_sigmoid",
    silu: "silu",
    relu6: "relu6",
    hard_sigmoid: "hard_sigmoid",
    hard_silu: "hard_silu",
  } satisfies NamesOfGraph,
};

function nameOf(activation: Activation, dialect: Dialect): string | undefined {
  const isNamedLeaky =
    typeof activation !== "string" &&
    activation.name === "LeakyReLU" &&
    activation.negativeSlope === LEAKY_SLOPE;
  if (isNamedLeaky && dialect === "keras3") return "leaky_relu";
  return typeof activation === "string" ? ACTIVATION_NAMES[dialect][activation] : undefined;
}

/** Returns why the program cannot load this network, by the first such layer; `null` when it can. */
export function configLack(graph: LayerGraph, dialect: Dialect): string | null {
  for (const layer of graph.layers) {
    const lack = lackOf(layer, dialect);
    if (lack !== null) return `${layer.name}: ${PROGRAMS[dialect]} has no layer with ${lack}.`;
  }
  return null;
}

export function lackOf(layer: Layer, dialect: Dialect): string | null {
  switch (layer.type) {
    case "MaxPooling2D":
    case "AveragePooling2D":
      return layer.padding === "symmetric" ? "symmetric pool padding" : null;
    case "Conv2D":
      return layer.groups > 1 && dialect === "tfjs"
        ? "groups"
        : activationLack(layer.activation, dialect);
    case "Dense":
      return activationLack(layer.activation, dialect);
    case "Activation":
      return ownLayer(layer.activation, dialect) ? null : activationLack(layer.activation, dialect);
    case "UpSampling2D":
      return layer.interpolation === (dialect === "tfjs" ? "bilinear" : "bilinear-corners")
        ? dialect === "tfjs"
          ? "interpolation between pixels' centres"
          : "interpolation between pixels' corners"
        : null;
    case "LayerNormalization":
      // Keras 3 drops a list of several axes when it reads HDF5 (`legacy/saving/saving_utils.py`).
      return layer.axis.length > 1 && dialect === "keras2"
        ? "normalisation along several axes"
        : null;
    case "DepthwiseConv2D":
      return layer.dilationRate.some((rate) => rate > 1) && dialect === "tfjs"
        ? "dilated depthwise filters"
        : null;
    default:
      return null;
  }
}

function activationLack(activation: Activation, dialect: Dialect): string | null {
  return nameOf(activation, dialect) === undefined
    ? `the activation ${activationName(activation)}`
    : null;
}

/** Returns the layer that computes an activation where a layer other than `Activation` does. */
function ownLayer(activation: Activation, dialect: Dialect): LayerConfig | undefined {
  if (activation === "relu6" && dialect === "keras2")
    return { className: "ReLU", config: { max_value: 6 } };
  if (typeof activation === "string") return undefined;
  switch (activation.name) {
    case "LeakyReLU": {
      const key = dialect === "keras3" ? "negative_slope" : "alpha";
      return { className: activation.name, config: { [key]: activation.negativeSlope } };
    }
    case "ELU":
      // TensorFlow.js refuses any coefficient but 1.
      return dialect === "tfjs"
        ? undefined
        : { className: activation.name, config: { alpha: activation.alpha } };
    case "ReLU": {
      const { name, threshold, maxValue, negativeSlope } = activation;
      const config = { max_value: maxValue === LARGEST_FLOAT ? null : maxValue };
      if (dialect !== "tfjs")
        return {
          className: name,
          config: { ...config, negative_slope: negativeSlope, threshold },
        };
      return negativeSlope === 0 && threshold === 0 ? { className: name, config } : undefined;
    }
  }
}

export interface LayerConfig {
  readonly className: string;
  /** Without the layer's name. */
  readonly config: Config;
}

/** The graph uses Keras' names in camel case, so `kernelSize` becomes `kernel_size`. */
export function layerConfig(layer: Layer, dialect: Dialect): LayerConfig {
  if (layer.type === "InputLayer") {
    const shape = dialect === "keras3" ? "batch_shape" : "batch_input_shape";
    const config = { [shape]: [null, ...layer.shape], dtype: "float32", sparse: false };
    return { className: layer.type, config };
  }
  const own = layer.type === "Activation" ? ownLayer(layer.activation, dialect) : undefined;
  if (own !== undefined) return own;
  const { name: _name, type, inputs: _inputs, place: _place, ...settings } = layer;
  const config = Object.entries(settings).map(([key, value]) => [snakeCase(key), value]);
  return {
    className: type,
    config: { ...Object.fromEntries(config), ...ownConfig(layer, dialect) },
  };
}

/** Returns what Keras' configuration writes differently from the graph, or in addition. */
function ownConfig(layer: Layer, dialect: Dialect): Config {
  switch (layer.type) {
    case "Conv2D":
    case "Dense":
    case "Activation":
      return { activation: nameOf(layer.activation, dialect) ?? layer.activation };
    case "BatchNormalization":
      return { axis: -1 };
    case "UpSampling2D":
      return { interpolation: layer.interpolation === "nearest" ? "nearest" : "bilinear" };
    case "PReLU":
      return { alpha_initializer: constant(layer.alphaInitializer, dialect) };
    default:
      return {};
  }
}

function constant(value: number, dialect: Dialect): Config {
  const object = { class_name: "Constant", config: { value } };
  return dialect === "keras3"
    ? { module: "keras.initializers", ...object, registered_name: null }
    : object;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
