/**
 * Writes a network as the files of Keras: the archive `.keras` of Keras 3, the HDF5 file `.h5` that Keras 2 and 3 read, and the
 * weights of Keras 3 alone. Keras goes on training with them: they hold the optimiser and which layers are frozen, and those of Keras
 * 3 hold the optimiser's state. In `.h5` it would do harm: Keras 3.15 cannot train a model from an `.h5` with such a state.
 * What this program states about the network is in `metadata.json` or in the attribute `xception_playground`, which Keras
 * ignores.
 */
import { PlaygroundError } from "../../core/errors.ts";
import type { Shape } from "../../core/shape.ts";
import { analyze } from "../../network/analyze.ts";
import { frozenNames } from "../../network/frozen.ts";
import type { Layer, LayerGraph } from "../../network/graph.ts";
import { inKerasOrder } from "../../network/kerasOrder.ts";
import { networkWeights } from "../../network/networkWeights.ts";
import type { NetworkWeight } from "../../network/weights.ts";
import type { Settings } from "../../settings/settings.ts";
import { requireWeight } from "../requireWeight.ts";
import { snakeCaseOfClass } from "./countedNames.ts";
import { type Config, configLack, type Dialect, layerConfig } from "./layerConfigs.ts";
import { METADATA_KEY } from "./metadata.ts";
import { type OptimizerState, optimizerConfig, optimizerVariables } from "./optimizers.ts";
import { type Hdf5Group, toHdf5 } from "./writeHdf5.ts";

/** The version of Keras whose form the files have. */
const KERAS_3 = "3.15.1";
const KERAS_2 = "2.15.0";

export interface KerasNetwork {
  readonly graph: LayerGraph;
  /** Keyed by path. */
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly settings: Settings;
  /** Undefined before the first step, and where the engine cannot say it. */
  readonly optimizer: OptimizerState | undefined;
  /** What the file states about the network, as JSON. */
  readonly metadata: Config;
}

/** The texts and the weights that make a `.keras` archive. */
export interface KerasArchive {
  readonly "metadata.json": string;
  readonly "config.json": string;
  readonly "model.weights.h5": Uint8Array<ArrayBuffer>;
}

/** @throws PlaygroundError `file.unavailable` naming the layer that Keras 3 lacks. */
export async function toKerasArchive(network: KerasNetwork): Promise<KerasArchive> {
  const model = { ...modelConfig(network, "keras3"), compile_config: compileConfig(network) };
  const stated = { keras_version: KERAS_3, [METADATA_KEY]: network.metadata };
  return {
    "metadata.json": JSON.stringify(stated),
    "config.json": configText(model),
    "model.weights.h5": await toHdf5(numberedWeights(network)),
  };
}

/** @throws PlaygroundError `file.unavailable` naming the layer that Keras 3 lacks. */
export async function toKerasWeights(network: KerasNetwork): Promise<Uint8Array<ArrayBuffer>> {
  requireSayable(network.graph, "keras3");
  const stated = { [METADATA_KEY]: JSON.stringify(network.metadata) };
  return toHdf5({ ...numberedWeights(network), attributes: stated });
}

/**
 * Returns the weights for a program that builds the network itself, which may do what no layer of Keras does. A learning rate that
 * follows a schedule is no variable of Keras' optimisers, so it is left out.
 */
export async function toProgramWeights(
  network: KerasNetwork,
): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly hasOptimizer: boolean }> {
  const { arrays = [], ...rest } = numberedWeights(network);
  const isScheduled = network.settings.schedule !== "constant";
  const kept = arrays.flatMap((array) => {
    const number = /^optimizer\/vars\/(\d+)$/.exec(array.path)?.[1];
    if (number === undefined || number === "0" || !isScheduled) return [array];
    if (number === "1") return [];
    return [{ ...array, path: `optimizer/vars/${Number(number) - 1}` }];
  });
  const hasOptimizer = arrays.some(({ path }) => path.startsWith("optimizer/"));
  return { bytes: await toHdf5({ ...rest, arrays: kept }), hasOptimizer };
}

/** @throws PlaygroundError `file.unavailable` naming the layer that Keras 2 and 3 do not both have. */
export async function toKerasHdf5(network: KerasNetwork): Promise<Uint8Array<ArrayBuffer>> {
  const layers = kerasLayers(network);
  const origin = { keras_version: KERAS_2, backend: "tensorflow" };
  const weights: Hdf5Group = {
    attributes: { ...origin, layer_names: layers.map(({ name }) => name) },
    groups: new Map(layers.map(({ name, specs }) => [name, namedWeights(network, name, specs)])),
  };
  return toHdf5({
    attributes: {
      ...origin,
      model_config: JSON.stringify(modelConfig(network, "keras2")),
      training_config: configText(trainingConfig(network)),
      [METADATA_KEY]: JSON.stringify(network.metadata),
    },
    groups: new Map([["model_weights", weights]]),
  });
}

interface KerasLayer {
  readonly layer: Layer;
  /** Without slashes, which Keras does not allow. */
  readonly name: string;
  readonly specs: readonly NetworkWeight[];
}

function kerasLayers({ graph, settings }: KerasNetwork): readonly KerasLayer[] {
  const specs = networkWeights(graph, settings.frozenLayers);
  const names = kerasNames(graph);
  return inKerasOrder(graph).map((layer) => ({
    layer,
    name: names.get(layer.name) ?? layer.name,
    specs: specs.filter((spec) => spec.layer === layer.name),
  }));
}

function kerasNames({ layers }: LayerGraph): ReadonlyMap<string, string> {
  const taken = new Set(layers.map(({ name }) => name));
  return new Map(
    layers.map(({ name }) => {
      let plain = name.replaceAll("/", "_");
      while (plain !== name && taken.has(plain)) plain += "_";
      taken.add(plain);
      return [name, plain];
    }),
  );
}

function requireSayable(graph: LayerGraph, dialect: Dialect): void {
  const lack = configLack(graph, dialect);
  if (lack === null) return;
  throw new PlaygroundError({
    code: "file.unavailable",
    where: "Export",
    rule: lack.replace(/[.]$/, ""),
    remedy: `Export it as ${configLack(graph, "keras3") === null ? ".keras or " : ""}ONNX, which has one.`,
  });
}

/** `{class_name, config}` of the whole network. */
function modelConfig(network: KerasNetwork, dialect: Dialect): Config {
  const { graph, settings } = network;
  requireSayable(graph, dialect);
  const names = kerasNames(graph);
  const frozen = frozenNames(graph, settings.frozenLayers);
  const shapes = new Map(
    analyze(graph).layers.map(({ layer, inputShapes }) => [layer.name, inputShapes]),
  );
  const layers = kerasLayers(network).map(({ layer, name }) => {
    const { className, config } = layerConfig(layer, dialect);
    const inputs = layer.inputs.map((input) => names.get(input) ?? input);
    const isFrozen = layer.type !== "InputLayer" && frozen.has(layer.name);
    return {
      ...(dialect === "keras3" && { module: "keras.layers", registered_name: null }),
      class_name: className,
      config: { name, ...config, ...(isFrozen && { trainable: false }) },
      name,
      inbound_nodes:
        inputs.length === 0
          ? []
          : [dialect === "keras3" ? node3(inputs, shapes.get(layer.name) ?? []) : node2(inputs)],
    };
  });
  const end = (layer: Layer | undefined) => [[names.get(layer?.name ?? "") ?? "", 0, 0]];
  return {
    ...(dialect === "keras3" && {
      module: "keras.src.models.functional",
      registered_name: "Functional",
    }),
    class_name: "Functional",
    config: {
      name: graph.name.replaceAll("/", "_"),
      trainable: true,
      layers,
      input_layers: end(graph.layers[0]),
      output_layers: end(graph.layers.at(-1)),
    },
  };
}

/** One input stands alone and several are a list, as the layers are called. */
function node3(inputs: readonly string[], shapes: readonly Shape[]): Config {
  const tensors = inputs.map((input, index) => ({
    class_name: "__keras_tensor__",
    config: {
      shape: [null, ...(shapes[index] ?? [])],
      dtype: "float32",
      keras_history: [input, 0, 0],
    },
  }));
  return { args: tensors.length === 1 ? tensors : [tensors], kwargs: {} };
}

function node2(inputs: readonly string[]) {
  return inputs.map((input) => [input, 0, 0, {}]);
}

/**
 * Keras' loss for classes that are numbers, which has no smoothing; the metadata say how much there was. With a linear head it clips
 * the outputs before it divides them by their sum, while the loss here clips after.
 */
const LOSS = "sparse_categorical_crossentropy";

function compileConfig(network: KerasNetwork): Config {
  const optimizer = optimizerConfig(network.settings);
  return {
    optimizer: { module: "keras.optimizers", ...optimizer, registered_name: null },
    loss: LOSS,
    metrics: ["accuracy"],
  };
}

function trainingConfig(network: KerasNetwork): Config {
  return {
    optimizer_config: optimizerConfig(network.settings),
    loss: LOSS,
    metrics: ["accuracy"],
    weighted_metrics: null,
    loss_weights: null,
  };
}

/** Keras refuses a rate and a momentum that are integers, and JSON of JavaScript writes 1.0 as one. */
function configText(config: Config): string {
  return JSON.stringify(config).replace(/("(?:learning_rate|momentum)":\d+)(?=[,}])/g, "$1.0");
}

function stateOf({ optimizer, settings }: KerasNetwork, layers: readonly KerasLayer[]) {
  const trained = layers.flatMap(({ specs }) =>
    specs.filter(({ trainable, frozen }) => trainable && !frozen),
  );
  return optimizer && optimizerVariables(settings, optimizer, trained);
}

/** The legacy form: each layer's arrays under its own name. */
function namedWeights(
  { weights }: KerasNetwork,
  layer: string,
  specs: readonly NetworkWeight[],
): Hdf5Group {
  const arrays = specs.map(({ path, name, shape }) => ({
    path: `${layer}/${name}:0`,
    shape,
    values: requireWeight(weights, path, shape),
  }));
  return { attributes: { weight_names: arrays.map(({ path }) => path) }, arrays };
}

/** The form of Keras 3: the layers of a class are counted, and arrays have numbers (`layers/conv2d_1/vars/0`). */
function numberedWeights(network: KerasNetwork): Hdf5Group {
  const layers = kerasLayers(network);
  const counts = new Map<string, number>();
  const arrays = layers.flatMap(({ layer, specs }) => {
    const group = snakeCaseOfClass(layerConfig(layer, "keras3").className);
    const count = counts.get(group) ?? 0;
    counts.set(group, count + 1);
    return specs.map(({ path, shape }, index) => ({
      path: `layers/${count === 0 ? group : `${group}_${count}`}/vars/${index}`,
      shape,
      values: requireWeight(network.weights, path, shape),
    }));
  });
  const state = stateOf(network, layers) ?? [];
  return {
    arrays: [
      ...arrays,
      ...state.map(({ shape, values }, index) => ({
        path: `optimizer/vars/${index}`,
        shape,
        values,
      })),
    ],
  };
}
