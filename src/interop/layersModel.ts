/**
 * Writes a network with its weights as the two files of a TensorFlow.js layers model: `model.json`, whose topology is Keras 2's
 * own configuration, and `weights.bin`. It returns data, which the caller stores. Layers that Keras does not have (symmetric
 * pooling) are written as the graph names them, so that a reader refuses them rather than computing something else.
 */
import { sizeOf } from "../core/shape.ts";
import type { ElementwiseKind } from "../formulas/activations/registry.ts";
import {
  type Activation,
  activationName,
  type Layer,
  type LayerGraph,
  type LayerType,
} from "../network/graph.ts";
import { networkWeights } from "../network/networkWeights.ts";
import type { NetworkWeight } from "../network/weights.ts";
import { requireWeight } from "./requireWeight.ts";

/** The file beside `model.json` that it refers to. */
export const WEIGHTS_FILE = "weights.bin";

type Config = Readonly<Record<string, unknown>>;

interface KerasLayer {
  readonly name: string;
  readonly class_name: string;
  readonly config: Config;
  /** One node: `[layer, node, tensor, arguments]` for each input. Empty for the input layer. */
  readonly inbound_nodes: readonly (readonly KerasConnection[])[];
}

type KerasConnection = readonly [layer: string, node: 0, tensor: 0, kwargs: Config];

/** The contents of `model.json`. */
export interface LayersModelJson {
  readonly format: "layers-model";
  readonly generatedBy: string;
  readonly convertedBy: null;
  readonly modelTopology: {
    readonly class_name: "Model";
    readonly config: {
      readonly name: string;
      readonly layers: readonly KerasLayer[];
      readonly input_layers: readonly (readonly [string, 0, 0])[];
      readonly output_layers: readonly (readonly [string, 0, 0])[];
    };
  };
  readonly weightsManifest: readonly {
    readonly paths: readonly string[];
    readonly weights: readonly {
      readonly name: string;
      readonly shape: number[];
      readonly dtype: "float32";
    }[];
  }[];
  /** TensorFlow.js keeps this field and ignores its contents. */
  readonly userDefinedMetadata: Config;
}

export interface LayersModelFiles {
  readonly model: LayersModelJson;
  /** All weights, concatenated in the order of the manifest, as little-endian float32. */
  readonly weightData: Uint8Array<ArrayBuffer>;
}

/**
 * @param weights by path, as an executor's `readWeights` returns them.
 * @throws PlaygroundError `network.shape-mismatch` when one is missing or has another size.
 */
export function toLayersModelFiles(
  graph: LayerGraph,
  weights: ReadonlyMap<string, Float32Array>,
  metadata: Config,
): LayersModelFiles {
  const specs = networkWeights(graph);
  const types = new Map(graph.layers.map(({ name, type }) => [name, type]));
  const end = (layer: Layer | undefined): readonly [string, 0, 0] => [layer?.name ?? "", 0, 0];
  return {
    model: {
      format: "layers-model",
      generatedBy: "Xception Playground",
      convertedBy: null,
      modelTopology: {
        class_name: "Model",
        config: {
          name: graph.name,
          layers: graph.layers.map(kerasLayer),
          input_layers: [end(graph.layers[0])],
          output_layers: [end(graph.layers.at(-1))],
        },
      },
      weightsManifest: [
        {
          paths: [WEIGHTS_FILE],
          weights: specs.map((spec) => ({
            name: weightName(spec, types),
            shape: [...spec.shape],
            dtype: "float32",
          })),
        },
      ],
      userDefinedMetadata: metadata,
    },
    weightData: joinWeights(specs, weights),
  };
}

/**
 * Keras 3 calls the depthwise layer's weight `kernel`. Keras 2, whose names TensorFlow.js uses, calls it `depthwise_kernel`.
 */
function weightName({ layer, name }: NetworkWeight, types: ReadonlyMap<string, LayerType>): string {
  const isDepthwise = types.get(layer) === "DepthwiseConv2D" && name === "kernel";
  return `${layer}/${isDepthwise ? "depthwise_kernel" : name}`;
}

/** Returns why stock TensorFlow.js cannot load this network, by the first such layer; `null` when it can. */
export function layersModelLack(graph: LayerGraph): string | null {
  for (const layer of graph.layers) {
    const lack = lackOf(layer);
    if (lack !== null) return `${layer.name}: TensorFlow.js has no layer with ${lack}.`;
  }
  return null;
}

function lackOf(layer: Layer): string | null {
  switch (layer.type) {
    case "MaxPooling2D":
    case "AveragePooling2D":
      return layer.padding === "symmetric" ? "symmetric pool padding" : null;
    case "Conv2D":
      return layer.groups > 1 ? "groups" : activationLack(layer.activation);
    case "Dense":
      return activationLack(layer.activation);
    case "Activation":
      return ownLayer(layer.activation) ? null : activationLack(layer.activation);
    case "UpSampling2D":
      return layer.interpolation === "bilinear" ? "interpolation between pixels' centres" : null;
    case "DepthwiseConv2D":
      return layer.dilationRate.some((rate) => rate > 1) ? "dilated depthwise filters" : null;
    default:
      return null;
  }
}

/**
 * The activations that stock TensorFlow.js computes by the same formula, with the names that it reads. Its `hard_sigmoid` is
 * that of Keras 2, and it cannot read the name of its `gelu_new`, which is GELU with tanh.
 */
const ACTIVATION_NAMES: Readonly<Record<string, string>> = {
  linear: "linear",
  softmax: "softmax",
  relu: "relu",
  elu: "elu",
  silu: "swish",
  sigmoid: "sigmoid",
  tanh: "tanh",
  gelu: "gelu",
  hard_sigmoid_keras2: "hard_sigmoid",
  selu: "selu",
  softplus: "softplus",
  relu6: "relu6",
} satisfies { readonly [K in ElementwiseKind | "linear" | "softmax"]?: string };

function activationLack(activation: Activation): string | null {
  const name = activationName(activation);
  return name in ACTIVATION_NAMES ? null : `the activation ${name}`;
}

/** Returns the layer that computes an activation in TensorFlow.js, where a layer other than `Activation` does. */
function ownLayer(activation: Activation): Pick<KerasLayer, "class_name" | "config"> | undefined {
  if (typeof activation === "string") return undefined;
  const { name, negativeSlope } = activation;
  if (name === "LeakyReLU") return { class_name: name, config: { alpha: negativeSlope } };
  const isPlain = negativeSlope === 0 && activation.threshold === 0;
  return isPlain ? { class_name: name, config: { max_value: activation.maxValue } } : undefined;
}

function kerasLayer(layer: Layer): KerasLayer {
  const { name, inputs } = layer;
  const own = layer.type === "Activation" ? ownLayer(layer.activation) : undefined;
  const connections = inputs.map((input): KerasConnection => [input, 0, 0, {}]);
  return {
    name,
    class_name: own?.class_name ?? layer.type,
    config: own ? { name, ...own.config } : kerasConfig(layer),
    inbound_nodes: connections.length === 0 ? [] : [connections],
  };
}

/** Converts names: the graph uses Keras' names in camel case, so `kernelSize` becomes `kernel_size`. */
function kerasConfig(layer: Layer): Config {
  if (layer.type === "InputLayer")
    return {
      name: layer.name,
      batch_input_shape: [null, ...layer.shape],
      dtype: "float32",
      sparse: false,
    };
  const { type: _type, inputs: _inputs, place: _place, ...settings } = layer;
  const config = Object.entries(settings).map(([key, value]) => [snakeCase(key), value]);
  return { ...Object.fromEntries(config), ...ownConfig(layer) };
}

/** Returns what Keras' configuration writes differently from the graph, or in addition. */
function ownConfig(layer: Layer): Config {
  switch (layer.type) {
    case "Conv2D":
    case "Dense":
    case "Activation":
      return { activation: ACTIVATION_NAMES[activationName(layer.activation)] ?? layer.activation };
    case "BatchNormalization":
      return { axis: -1 };
    case "UpSampling2D":
      return { interpolation: layer.interpolation === "nearest" ? "nearest" : "bilinear" };
    case "PReLU":
      return {
        alpha_initializer: { class_name: "Constant", config: { value: layer.alphaInitializer } },
      };
    default:
      return {};
  }
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function joinWeights(
  specs: readonly NetworkWeight[],
  weights: ReadonlyMap<string, Float32Array>,
): Uint8Array<ArrayBuffer> {
  const joined = new Float32Array(specs.reduce((sum, { shape }) => sum + sizeOf(shape), 0));
  let place = 0;
  for (const { path, shape } of specs) {
    const values = requireWeight(weights, path, shape);
    joined.set(values, place);
    place += values.length;
  }
  return new Uint8Array(joined.buffer);
}
