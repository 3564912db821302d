/**
 * Builds this program's graph from the layers of a Keras file: connects them, turns channels-first networks into channels-last
 * ones, moves a rescaling of the input out of the network, and says which stored arrays each layer takes.
 */
import { type Shape, sameShape, sizeOf } from "../../core/shape.ts";
import type { LayerGraph } from "../../network/graph.ts";
import type { WeightSpec } from "../../network/weights.ts";
import { type BareLayer, flattenedOrder, GraphAssembler, type Tensor } from "../graphAssembler.ts";
import type { ImportedInput } from "../importedModel.ts";
import type { Config } from "../jsonConfig.ts";
import { Refusals, wrongModel } from "../modelFault.ts";
import { type Affine, affineOf } from "./affine.ts";
import { isJoin, joined } from "./joins.ts";
import { convertLayer, requireConverter } from "./layers.ts";
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
  readonly input: Pick<ImportedInput, "shape" | "channelsFirst">;
  /** What the file does to the input before the graph reads it, in this order. */
  readonly preparation: readonly Affine[];
  /** Layers that multiply and add numbers, by their names: depthwise convolutions of 1x1. */
  readonly affine: ReadonlyMap<string, Affine>;
  readonly weighted: readonly WeightedNode[];
  /** Names of layers -> the layers whose weights they start with. */
  readonly copies: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
}

/** @throws PlaygroundError `file.invalid` naming the layer, `network.*` when shapes do not fit. */
export function toGraph(topology: KerasTopology, version: KerasVersion, where: string): KerasGraph {
  const { name, nodes, inputShape } = topology;
  const channelsFirst = isChannelsFirst(nodes, where);
  const graph = new GraphAssembler();
  const tensors = new Map<string, Tensor>();
  const weighted: WeightedNode[] = [];
  const notes = [...topology.notes];
  const preparation: Affine[] = [];
  const affine = new Map<string, Affine>();
  const copies = new Map<string, string>();

  const scaled = (layer: string, from: Tensor, step: Affine) => {
    affine.set(layer, step);
    notes.push(`${layer} becomes a depthwise convolution of 1x1 that starts with its numbers.`);
    return graph.affine(layer, from);
  };

  const add = (node: KerasNode): void => {
    const inputs = node.inputs.flatMap((input) => tensors.get(input) ?? []);
    const [x] = inputs;
    if (node.className === "InputLayer") {
      tensors.set(node.name, graph.input(node.name, channelsLast(inputShape, channelsFirst)));
      return;
    }
    if (x === undefined) throw wrongModel(node.config.where, loose(node));
    if (node.className === "Rescaling" || node.className === "Normalization") {
      const found = affineOf(node, x.shape, channelsFirst);
      if (found.specs.length > 0)
        weighted.push({
          node,
          trained: false,
          layer: node.name,
          specs: found.specs,
          order: undefined,
        });
      if (graph.isInput(x)) {
        preparation.push(found.affine);
        tensors.set(node.name, x);
      } else {
        tensors.set(node.name, scaled(node.name, x, found.affine));
      }
      return;
    }
    const join = joined(node.className, node.name, inputs, graph, (layer, from, factor) =>
      scaled(layer, from, () => ({ scale: [factor], offset: [0] })),
    );
    if (join !== undefined) {
      tensors.set(node.name, join);
      return;
    }
    if (node.className === "Reshape") {
      tensors.set(node.name, reshaped(graph, node, x, channelsFirst));
      return;
    }
    const context = { version, channelsFirst, inputs: inputs.map(({ shape }) => shape) };
    const converted = convertLayer(node.className, node.config, context);
    if (converted.note !== undefined) notes.push(converted.note);
    let tensor: Tensor = x;
    for (const [index, bare] of converted.layers.entries()) {
      const layer = index === 0 ? node.name : `${node.name}/${bare.type.toLowerCase()}`;
      const from = index === 0 ? inputs : [tensor];
      const { shape, specs } = graph.add(bare, layer, from);
      if (specs.length > 0 && node.original !== undefined)
        copies.set(layer, `${node.original}${layer.slice(node.name.length)}`);
      else if (specs.length > 0) {
        const trained = node.config.boolean("trainable", true);
        weighted.push({ node, trained, layer, specs, order: tensor.order });
      }
      tensor = { name: layer, shape, order: orderAfter(bare, node, from, channelsFirst) };
    }
    tensors.set(node.name, tensor);
  };

  const refusals = new Refusals();
  for (const node of nodes) {
    const isReached = !refusals.any || node.inputs.every((input) => tensors.has(input));
    refusals.attempt(node.name, () => (isReached ? add(node) : requireKnown(node)));
  }
  refusals.conclude(() =>
    nodes.map(({ name, className }) => ({
      name,
      type: className,
      shape: tensors.get(name)?.shape,
    })),
  );
  const output = tensors.get(nodes.at(-1)?.name ?? "")?.name ?? "";
  const isMap = inputShape.length === 3;
  const input = { shape: inputShape, channelsFirst: channelsFirst && isMap };
  const made = { graph: { name, layers: graph.upTo(output) }, input, notes };
  return { ...made, preparation, affine, weighted, copies };
}

const WITHOUT_CONVERTER = new Set(["InputLayer", "Rescaling", "Normalization", "Reshape"]);

/** Behind a refused layer shapes are unknown, and only the class can be judged. */
function requireKnown({ className, config }: KerasNode): void {
  if (!WITHOUT_CONVERTER.has(className) && !isJoin(className)) requireConverter(className, config);
}

/** A reshape of the input alone gives the graph another input; other reshapes are layers. */
function reshaped(
  graph: GraphAssembler,
  node: KerasNode,
  from: Tensor,
  channelsFirst: boolean,
): Tensor {
  const target = targetShape(node.config, sizeOf(from.shape));
  if (channelsFirst || (target.length !== 1 && target.length !== 3)) {
    throw wrongModel(node.config.where, {
      rule: "it gives the values a form that is not computed here",
      expected: "a map [height, width, channels] with channels last, or a vector",
      got: `${target.join("x")}${channelsFirst ? " with channels first" : ""}`,
      remedy: "Rebuild the model without it, and save it again.",
    });
  }
  if (sameShape(target, from.shape)) return from;
  const added = (bare: BareLayer) => ({
    name: node.name,
    shape: graph.add(bare, node.name, [from]).shape,
    order: undefined,
  });
  const [height = 1, width = 1, channels = 1] = target;
  if (target.length === 1) return added({ type: "Flatten" });
  return (
    graph.reshapedInput(target) ??
    added({ type: "Reshape", targetShape: [height, width, channels] })
  );
}

function loose(node: KerasNode) {
  return {
    rule: "the layer reads nothing",
    expected: "an input",
    got: node.inputs.join(", ") || "none",
    remedy: "Save the model again.",
  };
}

function channelsLast(shape: Shape, channelsFirst: boolean): Shape {
  const [channels = 1, height = 1, width = 1] = shape;
  return channelsFirst && shape.length === 3 ? [height, width, channels] : shape;
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

/**
 * Keras flattens a channels-first map in the order of its file unless the layer says otherwise. Vectors that are put together keep
 * their orders, one after another.
 */
function orderAfter(
  bare: BareLayer,
  node: KerasNode,
  inputs: readonly Tensor[],
  channelsFirst: boolean,
): readonly number[] | undefined {
  const [from, ...others] = inputs;
  if (from === undefined || bare.type === "Dense" || bare.type === "Reshape") return undefined;
  if (bare.type === "Flatten" && channelsFirst && from.shape.length === 3) {
    if (node.config.text("data_format", "channels_last") === "channels_first") return undefined;
    return flattenedOrder(from.shape);
  }
  if (inputs.every(({ order }) => order === undefined)) return undefined;
  if (bare.type === "Concatenate") {
    let before = 0;
    return inputs.flatMap(({ shape: [length = 0], order }) => {
      const start = before;
      before += length;
      return Array.from({ length }, (_, place) => start + (order?.[place] ?? place));
    });
  }
  if (others.every(({ order }) => order?.join() === from.order?.join())) return from.order;
  throw wrongModel(node.config.where, {
    rule: "it joins flattened maps whose values are in different orders",
    expected: "one order",
    got: "channels first and channels last",
    remedy: "Rebuild the model with channels last, and save it again.",
  });
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
