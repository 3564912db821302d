/** Writes any graph as a plain list of Keras' layers, one call each. */
import { PlaygroundError } from "../../../core/errors.ts";
import type { Layer, LayerGraph } from "../../../network/graph.ts";
import { type Config, lackOf, layerConfig } from "../../keras/layerConfigs.ts";
import { callText, literal } from "../pythonText.ts";

/** The arguments that Keras takes without their names, in order. */
const POSITIONAL: Readonly<Record<string, readonly string[]>> = {
  Conv2D: ["filters", "kernel_size"],
  DepthwiseConv2D: ["kernel_size"],
  SeparableConv2D: ["filters", "kernel_size"],
  Activation: ["activation"],
  MaxPooling2D: ["pool_size"],
  AveragePooling2D: ["pool_size"],
  UpSampling2D: ["size"],
  ZeroPadding2D: ["padding"],
  Cropping2D: ["cropping"],
  Reshape: ["target_shape"],
  Dense: ["units"],
  Dropout: ["rate"],
};

/** Keras' default values as literals. They are left out. */
const DEFAULTS: Readonly<Record<string, string>> = {
  strides: "1",
  padding: '"valid"',
  dilation_rate: "1",
  use_bias: "True",
  groups: "1",
  depth_multiplier: "1",
  activation: '"linear"',
  momentum: "0.99",
  epsilon: "0.001",
  scale: "True",
  center: "True",
  interpolation: '"nearest"',
};

/** Names of arguments whose value is a height and a width, which Keras takes as one number where they are equal. */
const PAIRS = new Set(["kernel_size", "strides", "dilation_rate", "pool_size", "size"]);

/** Max pooling as PyTorch pads it, which no layer of Keras does: rows and columns that are never the greatest value. */
export const PAD_FUNCTION = `def pad_around(x, number):
    """Adds rows and columns on all sides, as PyTorch's pools do; none is a maximum."""
    around = ((0, 0), (number, number), (number, number), (0, 0))
    return keras.ops.pad(x, around, constant_values=-1e30)`;

/** @throws PlaygroundError `file.unavailable` naming the layer that neither Keras nor a line of Python has. */
export function requireKeras(graph: LayerGraph): void {
  for (const layer of graph.layers) {
    const lack = isPaddedMaximum(layer) ? null : lackOf(layer, "keras3");
    if (lack === null) continue;
    throw new PlaygroundError({
      code: "file.unavailable",
      where: "Export",
      rule: `${layer.name}: Keras 3 has no layer with ${lack}`,
      remedy: "Export it as ONNX, which has one.",
    });
  }
}

export function isPaddedMaximum(layer: Layer): boolean {
  return layer.type === "MaxPooling2D" && layer.padding === "symmetric";
}

/** The body of a function that builds the graph from `image` to `x`. Tensors that several layers read have other names. */
export function listing({ layers }: LayerGraph): readonly string[] {
  const names = tensorNames(layers);
  const of = (layer: string | undefined) => names.get(layer ?? "") ?? "x";
  return layers.map((layer) => {
    const from =
      layer.inputs.length === 1 ? of(layer.inputs[0]) : `[${layer.inputs.map(of).join(", ")}]`;
    const read = isPaddedMaximum(layer) ? paddedInput(layer, from) : from;
    const tail = layer.type === "InputLayer" ? ")" : `)(${read})`;
    const head = `    ${of(layer.name)} = ${layer.type === "InputLayer" ? "keras.Input(" : `layers.${classOf(layer)}(`}`;
    return callText(head, argumentsOf(layer), tail);
  });
}

function paddedInput(layer: Layer, from: string): string {
  const number = "poolSize" in layer ? Math.floor(layer.poolSize[0] / 2) : 0;
  return `pad_around(${from}, ${number})`;
}

function classOf(layer: Layer): string {
  return layerConfig(layer, "keras3").className;
}

function argumentsOf(layer: Layer): readonly string[] {
  const name = `name=${literal(layer.name.replaceAll("/", "_"))}`;
  if (layer.type === "InputLayer") return [literal(layer.shape), name];
  const { className, config } = layerConfig(layer, "keras3");
  const positional = POSITIONAL[className] ?? [];
  const rest = Object.entries(config).flatMap(([key, value]) => {
    if (positional.includes(key) || isDefault(key, value, className, config)) return [];
    return [`${key}=${valueText(key, value)}`];
  });
  return [...positional.map((key) => valueText(key, config[key])), ...rest, name];
}

function isDefault(key: string, value: unknown, className: string, config: Config): boolean {
  const text = valueText(key, value);
  if (key === "axis") return className === "BatchNormalization";
  if (key === "padding" && value === "symmetric") return true;
  if (key === "strides" && className.endsWith("Pooling2D"))
    return text === valueText("pool_size", config.pool_size);
  return DEFAULTS[key] === text;
}

function valueText(key: string, value: unknown): string {
  if (PAIRS.has(key) && Array.isArray(value) && value[0] === value[1]) return literal(value[0]);
  if (key === "alpha_initializer") return `keras.initializers.Constant(${constantIn(value)})`;
  if (key === "shared_axes" && Array.isArray(value))
    return value.length === 0 ? "None" : `[${value.map(literal).join(", ")}]`;
  return literal(value);
}

function constantIn(initializer: unknown): string {
  const found = /"value":([^}]+)/.exec(JSON.stringify(initializer));
  return found?.[1] ?? "0";
}

/** A layer that is read by others than the one after it needs a name of its own. */
function tensorNames(layers: readonly Layer[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  layers.forEach((layer, index) => {
    const readers = layers.filter(({ inputs }) => inputs.includes(layer.name));
    if (layer.type === "InputLayer") {
      names.set(layer.name, "image");
      return;
    }
    const onlyNext =
      readers.length === 0 || (readers.length === 1 && readers[0] === layers[index + 1]);
    names.set(layer.name, onlyNext ? "x" : `x_${layer.name.replaceAll(/\W/g, "_")}`);
  });
  return names;
}
