/**
 * Builds this program's graph from the layers of a Keras file: connects them, turns channels-first networks into channels-last
 * ones, moves a rescaling of the input out of the network, and says which stored arrays each layer takes.
 */
import { type MapShape, type Shape, sameShape, sizeOf } from "../../core/shape.ts";
import type { Layer, LayerGraph } from "../../network/graph.ts";
import { inferLayer } from "../../network/layers/registry.ts";
import type { WeightSpec } from "../../network/weights.ts";
import type { ImportedInput } from "../importedModel.ts";
import type { Config } from "../jsonConfig.ts";
import { wrongModel } from "../modelFault.ts";
import { type BareLayer, convertLayer } from "./layers.ts";
import type { KerasNode, KerasTopology } from "./topology.ts";
import type { KerasVersion } from "./version.ts";

/** The weights of one layer of the file and where they go. */
export interface WeightedNode {
  readonly node: KerasNode;
  /** False when the file marks the layer as frozen, which changes the order in which Keras stores weights. */
  readonly trained: boolean;
  /** The graph's layer. */
  readonly layer: string;
  readonly specs: readonly WeightSpec[];
  /**
   * Set where a flattened map of a channels-first file is read: entry `i` is the file's place of the graph's value `i`. It
   * permutes the rows of a dense kernel, or the values of a vector.
   */
  readonly order: readonly number[] | undefined;
}

export interface KerasGraph {
  readonly graph: LayerGraph;
  readonly input: ImportedInput;
  readonly weighted: readonly WeightedNode[];
  readonly notes: readonly string[];
}

/** What a node of the file became. */
interface Tensor {
  readonly name: string;
  readonly shape: Shape;
  readonly order: readonly number[] | undefined;
}

/** @throws PlaygroundError `file.invalid` naming the layer, `network.*` when shapes do not fit. */
export function toGraph(topology: KerasTopology, version: KerasVersion, where: string): KerasGraph {
  const { name, nodes, inputShape } = topology;
  const channelsFirst = isChannelsFirst(nodes, where);
  const isVector = inputShape.length === 1;
  const layers: Layer[] = [];
  const tensors = new Map<string, Tensor>();
  const weighted: WeightedNode[] = [];
  const notes = [...topology.notes];
  let scaling: Pick<ImportedInput, "scale" | "offset"> = { scale: [1], offset: [0] };

  const push = (bare: BareLayer, layerName: string, inputs: readonly Tensor[]) => {
    const layer: Layer = { ...bare, name: layerName, inputs: inputs.map((input) => input.name) };
    layers.push(layer);
    const inferred = inferLayer(
      layer,
      inputs.map(({ shape }) => shape),
      layer.inputs,
    );
    return { shape: inferred.shape, specs: inferred.weights };
  };

  for (const node of nodes) {
    const inputs = node.inputs.flatMap((input) => tensors.get(input) ?? []);
    const [x] = inputs;
    if (node.className === "InputLayer") {
      const shape = mapShapeOf(inputShape, channelsFirst);
      push({ type: "InputLayer", shape }, node.name, []);
      const input = { name: node.name, shape, order: undefined };
      tensors.set(node.name, isVector ? flattened(input) : input);
      continue;
    }
    if (x === undefined) throw wrongModel(node.config.where, loose(node));
    if (node.className === "Rescaling") {
      if (x.name !== nodes[0]?.name) throw wrongModel(node.config.where, INNER_SCALING);
      scaling = rescaled(scaling, node.config);
      tensors.set(node.name, x);
      continue;
    }
    if (node.className === "Reshape") {
      tensors.set(node.name, reshaped(node, x, channelsFirst));
      continue;
    }
    const context = { version, channelsFirst, inputs: inputs.map(({ shape }) => shape) };
    const converted = convertLayer(node.className, node.config, context);
    if (converted.note !== undefined) notes.push(converted.note);
    let tensor: Tensor = x;
    for (const [index, bare] of converted.layers.entries()) {
      const layerName = index === 0 ? node.name : `${node.name}/${bare.type.toLowerCase()}`;
      const read = index === 0 ? inputs : [tensor];
      const { shape, specs } = push(bare, layerName, read);
      if (specs.length > 0) {
        const trained = node.config.boolean("trainable", true);
        weighted.push({ node, trained, layer: layerName, specs, order: tensor.order });
      }
      tensor = { name: layerName, shape, order: orderAfter(bare, node, tensor, channelsFirst) };
    }
    tensors.set(node.name, tensor);
  }
  const input = { shape: inputShape, channelsFirst: channelsFirst && !isVector, ...scaling };
  return { graph: { name, layers: withoutLooseEnds(layers) }, input, weighted, notes };

  function flattened(from: Tensor): Tensor {
    const layerName = `${from.name}/flatten`;
    return {
      name: layerName,
      shape: push({ type: "Flatten" }, layerName, [from]).shape,
      order: undefined,
    };
  }

  /** A reshape of the input alone gives the graph another input; other reshapes are layers. */
  function reshaped(node: KerasNode, from: Tensor, first: boolean): Tensor {
    const target = targetShape(node.config, sizeOf(from.shape));
    if (sameShape(target, from.shape) && !first) return from;
    if (target.length === 1 && !first) {
      return from.shape.length === 1
        ? from
        : {
            name: node.name,
            shape: push({ type: "Flatten" }, node.name, [from]).shape,
            order: undefined,
          };
    }
    const [input] = layers;
    const onlyInput = layers.every(({ type }) => type === "InputLayer" || type === "Flatten");
    if (target.length === 3 && !first) {
      const shape = mapShapeOf(target, false);
      if (input?.type === "InputLayer" && onlyInput) {
        layers.splice(0, layers.length, { ...input, shape });
        return { name: input.name, shape, order: undefined };
      }
      push({ type: "Reshape", targetShape: shape }, node.name, [from]);
      return { name: node.name, shape, order: undefined };
    }
    throw wrongModel(node.config.where, {
      rule: "it gives the values a form that is not computed here",
      expected: "a map [height, width, channels] with channels last, or a vector",
      got: `${target.join("x")}${first ? " with channels first" : ""}`,
      remedy: "Rebuild the model without it, and save it again.",
    });
  }
}

const INNER_SCALING = {
  rule: "it rescales values within the network, which is not computed here",
  expected: "a rescaling of the input",
  got: "one behind other layers",
  remedy: "Move it to the model's beginning, and save it again.",
};

function loose(node: KerasNode) {
  return {
    rule: "the layer reads nothing",
    expected: "an input",
    got: node.inputs.join(", ") || "none",
    remedy: "Save the model again.",
  };
}

/** The graph's input is a map. A vector of 784 is a map of 1x1x784; an image without channels has one. */
function mapShapeOf(shape: Shape, channelsFirst: boolean): MapShape {
  const [a = 1, b = 1, c = 1] = shape;
  if (shape.length === 1) return [1, 1, a];
  if (shape.length === 2) return [a, b, 1];
  return channelsFirst ? [b, c, a] : [a, b, c];
}

function isChannelsFirst(nodes: readonly KerasNode[], where: string): boolean {
  const orders = new Set(
    nodes.flatMap(({ className, config }) => {
      // Flatten has this key too, and then puts channels last before it flattens.
      if (className === "Flatten" || !config.has("data_format", "dim_ordering")) return [];
      const order = config.text(["data_format", "dim_ordering"]);
      return order === "channels_first" || order === "th" ? "first" : "last";
    }),
  );
  if (orders.size < 2) return orders.has("first");
  throw wrongModel(where, {
    rule: "some layers store channels first and some last",
    expected: "one order in the whole model",
    got: "both",
    remedy: "Rebuild the model with channels last, and save it again.",
  });
}

/** Keras flattens a channels-first map in the order of its file unless the layer says otherwise. */
function orderAfter(
  bare: BareLayer,
  node: KerasNode,
  from: Tensor,
  channelsFirst: boolean,
): readonly number[] | undefined {
  if (bare.type === "Flatten") {
    if (!channelsFirst || from.shape.length !== 3) return from.order;
    if (node.config.text("data_format", "channels_last") === "channels_first") return undefined;
    const [height = 1, width = 1, channels = 1] = from.shape;
    return Array.from({ length: height * width * channels }, (_, place) => {
      const channel = place % channels;
      return channel * height * width + Math.floor(place / channels);
    });
  }
  return bare.type === "Dense" ? undefined : from.order;
}

function rescaled(before: Pick<ImportedInput, "scale" | "offset">, config: Config) {
  const [scales, offsets] = [
    config.numbers("scale"),
    config.has("offset") ? config.numbers("offset") : [0],
  ];
  const length = Math.max(scales.length, offsets.length, before.scale.length);
  const at = (list: readonly number[], index: number) => list[list.length === 1 ? 0 : index] ?? 0;
  const channels = Array.from({ length }, (_, index) => index);
  return {
    scale: channels.map((channel) => at(before.scale, channel) * at(scales, channel)),
    offset: channels.map(
      (channel) => at(before.offset, channel) * at(scales, channel) + at(offsets, channel),
    ),
  };
}

/** One side may be -1: what is left. */
function targetShape(config: Config, size: number): Shape {
  const target = config.numbers("target_shape");
  const known = sizeOf(target.filter((side) => side !== -1));
  const shape = target.map((side) => (side === -1 ? size / known : side));
  if (shape.every((side) => Number.isSafeInteger(side) && side >= 1) && sizeOf(shape) === size)
    return shape;
  throw wrongModel(config.where, {
    rule: "the reshape does not fit its input",
    expected: `${size} values`,
    got: target.join("x"),
    remedy: "Save the model again.",
  });
}

/** A dropped reshape may leave the flattening of a vector input without a reader. */
function withoutLooseEnds(layers: readonly Layer[]): readonly Layer[] {
  const used = new Set(layers.flatMap(({ inputs }) => inputs));
  return layers.filter(({ name }, index) => index === layers.length - 1 || used.has(name));
}
