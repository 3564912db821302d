/**
 * Writes a network with its weights as the two files of a TensorFlow.js layers model: `model.json`, whose topology is Keras 2's
 * own configuration, and `weights.bin`. It returns data, which the caller stores. Layers that Keras does not have (symmetric
 * pooling) are written as the graph names them, so that a reader refuses them rather than computing something else.
 */
import { sizeOf } from "../core/shape.ts";
import type { Layer, LayerGraph, LayerType } from "../network/graph.ts";
import { networkWeights } from "../network/networkWeights.ts";
import type { NetworkWeight } from "../network/weights.ts";
import { type Config, layerConfig } from "./keras/layerConfigs.ts";
import { requireWeight } from "./requireWeight.ts";

/** The file beside `model.json` that it refers to. */
export const WEIGHTS_FILE = "weights.bin";

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

function kerasLayer(layer: Layer): KerasLayer {
  const { name, inputs } = layer;
  const { className, config } = layerConfig(layer, "tfjs");
  const connections = inputs.map((input): KerasConnection => [input, 0, 0, {}]);
  return {
    name,
    class_name: className,
    config: { name, ...config },
    inbound_nodes: connections.length === 0 ? [] : [connections],
  };
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
