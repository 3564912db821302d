/**
 * Converts a LayerGraph to a real `tf.LayersModel` with the same layer names, as far as TensorFlow.js accepts them, and maps its
 * variables to Keras' weight paths.
 * The caller trains the model, writes its weights and disposes it.
 */
import * as tf from "@tensorflow/tfjs";
import { PlaygroundError } from "../core/errors.ts";
import { formatShape, sameShape } from "../core/shape.ts";
import { frozenNames } from "../network/frozen.ts";
import type { LayerGraph } from "../network/graph.ts";
import { endsInSoftmax } from "../network/head.ts";
import { networkWeights } from "../network/networkWeights.ts";
import type { NetworkWeight } from "../network/weights.ts";
import { activationBehind, buildLayer } from "./buildLayer.ts";
import { createLayerClock, type LayerClock } from "./layers/layerClock.ts";

export interface BridgedWeight {
  readonly spec: NetworkWeight;
  readonly variable: tf.Variable;
}

export interface BridgedModel {
  readonly model: tf.LayersModel;
  /** The weights in Keras' order. */
  readonly weights: readonly BridgedWeight[];
  /** Set `step` before a training step. Set `updateStatistics` to false to keep moving statistics unchanged. */
  readonly clock: LayerClock;
  /** For `softmax`, `forward` returns logits. For `linear` it returns the output of the last layer. */
  readonly head: "softmax" | "linear";
  /** Maps `[N, H, W, C]` to `[N, classes]`, without the softmax if the network ends with one. */
  forward(input: tf.Tensor4D, training: boolean): tf.Tensor2D;
  /** Maps `[N, H, W, C]` to `[N, classes]`: the network's own output. */
  predict(input: tf.Tensor4D): tf.Tensor2D;
  dispose(): void;
}

/**
 * @param frozenLayers how many layers, the first ones in Keras' order, are not trained; their batch normalisation runs in inference mode.
 * @param seed determines the dropout masks.
 * @throws PlaygroundError `engine.unsupported` naming a layer that tfjs cannot train; `network.*` for an inconsistent graph.
 */
export function toLayersModel(
  graph: LayerGraph,
  { frozenLayers = 0, seed = 0 } = {},
): BridgedModel {
  const frozen = frozenNames(graph, frozenLayers);
  const specs = networkWeights(graph, frozenLayers);
  const clock = createLayerClock();
  const outputs = new Map<string, tf.SymbolicTensor>();
  const layers = new Map<string, tf.layers.Layer>();
  const outputOf = (name: string) => found(outputs.get(name), name);

  for (const [index, layer] of graph.layers.entries()) {
    const name = acceptedName(layer.name, index);
    if (layer.type === "InputLayer") {
      outputs.set(layer.name, tf.input({ shape: [...layer.shape], name }));
      continue;
    }
    const built = buildLayer({ ...layer, name }, seed, clock);
    const inputs = layer.inputs.map(outputOf);
    const output = oneOutput(
      layer.name,
      built.apply(inputs.length === 1 ? outputOf(layer.inputs[0] ?? "") : inputs),
    );
    const behind = activationBehind({ ...layer, name });
    outputs.set(
      layer.name,
      behind === undefined ? output : oneOutput(layer.name, behind.apply(output)),
    );
    built.trainable = !frozen.has(layer.name);
    layers.set(layer.name, built);
  }

  const [first, last] = [
    found(graph.layers[0], graph.name),
    found(graph.layers.at(-1), graph.name),
  ];
  const input = outputOf(first.name);
  const model = tf.model({ inputs: input, outputs: outputOf(last.name), name: graph.name });
  const weights = specs.map((spec, index) => {
    const place = specs.slice(0, index).filter((other) => other.layer === spec.layer).length;
    return { spec, variable: variableOf(spec, layers.get(spec.layer)?.weights[place]) };
  });
  const call = (tensor: tf.Tensor4D, training: boolean) =>
    asMatrix(model.apply(tensor, { training }));

  const bridged: Omit<BridgedModel, "head" | "forward"> = {
    model,
    weights,
    clock,
    predict: (tensor) => call(tensor, false),
    dispose: () => model.dispose(),
  };
  if (!endsInSoftmax(last)) return { ...bridged, head: "linear", forward: call };
  // The layers below the softmax, shared with the model. Cross-entropy from logits does not overflow, and its gradient does not
  // vanish for a saturated softmax.
  const trunk = tf.model({ inputs: input, outputs: outputOf(last.inputs[0] ?? first.name) });
  const head = weights
    .filter(({ spec }) => spec.layer === last.name)
    .map(({ variable }) => variable);
  // The trunk has no layers of its own, so disposing the model is enough.
  return {
    ...bridged,
    head: "softmax",
    forward: (tensor, training) =>
      tf.tidy(() => linear(asMatrix(trunk.apply(tensor, { training })), head)),
  };
}

/** Returns `features` when there is no kernel (an Activation layer), otherwise `features x kernel + bias`. */
function linear(features: tf.Tensor2D, [kernel, bias]: readonly tf.Variable[]): tf.Tensor2D {
  if (kernel === undefined) return features;
  const [rows = 1, columns = 1] = kernel.shape;
  const product: tf.Tensor2D = tf.matMul(features, kernel.as2D(rows, columns));
  return bias === undefined ? product : product.add<tf.Tensor2D>(bias);
}

function variableOf(spec: NetworkWeight, weight: tf.LayerVariable | undefined): tf.Variable {
  const value = weight?.read();
  if (value instanceof tf.Variable && sameShape(value.shape, spec.shape)) return value;
  throw bridgeFault(
    spec.path,
    "the weight in TensorFlow.js is not the one expected",
    formatShape(spec.shape),
    value === undefined ? "none" : formatShape(value.shape),
  );
}

function oneOutput(layer: string, output: ReturnType<tf.layers.Layer["apply"]>): tf.SymbolicTensor {
  if (output instanceof tf.SymbolicTensor) return output;
  throw bridgeFault(layer, "the layer did not connect", "one symbolic output", typeof output);
}

function asMatrix(output: ReturnType<tf.layers.Layer["apply"]>): tf.Tensor2D {
  if (output instanceof tf.Tensor && isMatrix(output)) return output;
  throw bridgeFault(
    "network",
    "its output is not one row of numbers an image",
    "[N, classes]",
    output instanceof tf.Tensor ? formatShape(output.shape) : typeof output,
  );
}

function isMatrix(tensor: tf.Tensor): tensor is tf.Tensor2D {
  return tensor.rank === 2;
}

/** TensorFlow.js refuses some letters, as in `/conv1/Conv` and `flatten:0` of ONNX. The place keeps such names apart. */
function acceptedName(name: string, place: number): string {
  if (/^[A-Za-z0-9][-A-Za-z0-9_./]*$/.test(name)) return name;
  return `layer${place}_${name.replace(/[^A-Za-z0-9]+/g, "_")}`;
}

function found<T>(value: T | undefined, name: string): T {
  if (value !== undefined) return value;
  throw bridgeFault(name, "the graph lacks this layer", "a layer of this name", "none");
}

function bridgeFault(where: string, rule: string, expected: string, got: string): PlaygroundError {
  return new PlaygroundError({
    code: "network.invalid",
    where,
    rule,
    expected,
    got,
    remedy: "Check the network's layers; if they look right, please report this.",
    context: { layer: where },
  });
}
