/**
 * Builds this program's graph from the layers of a Keras file: connects them, turns channels-first networks into channels-last
 * ones, moves a rescaling of the input out of the network, and says which stored arrays each layer takes.
 */
import type { MapShape, Shape } from "../../core/shape.ts";
import type { LayerGraph } from "../../network/graph.ts";
import type { WeightSpec } from "../../network/weights.ts";
import { type BareLayer, GraphAssembler, type Tensor } from "../graphAssembler.ts";
import type { ImportedInput } from "../importedModel.ts";
import { Refusals, wrongModel } from "../modelFault.ts";
import { type Affine, affineOf } from "./affine.ts";
import { isJoin, joinClass, joined } from "./joins.ts";
import { convertLayer, isLeftOut, requireConverter } from "./layers.ts";
import {
  alignedInputs,
  asMap,
  fileShape,
  orderAfter,
  ordersOf,
  rankOf,
  reshaped,
} from "./shapes.ts";
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
   * By the names of weights, for those that a channels-first file has in another order: entry `i` is the file's place of the
   * graph's value `i`, or of its row in a dense kernel.
   */
  readonly orders: ReadonlyMap<string, readonly number[]>;
  /** How the file has the filters of a convolution; undefined where it has them as the graph does. */
  readonly filters?: FilterOrder | undefined;
}

export interface FilterOrder {
  /** Keras 1 with Theano's order of axes stores `[filters, channels, rows, columns]`. */
  readonly filtersFirst: boolean;
  /** By 180 degrees. */
  readonly isTurned: boolean;
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

  const scaled = (layer: string, from: Tensor, step: Affine, count = 1) => {
    affine.set(layer, step);
    notes.push(`${layer} becomes a depthwise convolution of 1x1 that starts with its numbers.`);
    return graph.affine(layer, from, count);
  };

  const prepared = (node: KerasNode, x: Tensor): Tensor => {
    const found = affineOf(node, fileShape(x), channelsFirst);
    const [{ name: layer }, { specs }] = [node, found];
    if (specs.length > 0 && node.original === undefined)
      weighted.push({ node, trained: false, layer, specs, orders: new Map() });
    if (!graph.isInput(x)) return scaled(layer, asMap(graph, x), found.affine, found.count);
    preparation.push(found.affine);
    return x;
  };

  const convertedBy = (node: KerasNode, inputs: readonly Tensor[]): Tensor | undefined => {
    const [x] = inputs;
    if (x === undefined) return undefined;
    const rank = rankOf(x);
    const context = { version, channelsFirst, rank, inputs: inputs.map(({ shape }) => shape) };
    const converted = convertLayer(node.className, node.config, context);
    if (converted.note !== undefined) notes.push(converted.note);
    const [first] = converted.layers;
    const turned: MapShape = first?.type === "Permute" ? first.dims : [1, 2, 3];
    const main = first?.type === "Permute" && converted.layers.length > 1 ? 1 : 0;
    let tensor: Tensor = x;
    for (const [index, bare] of converted.layers.entries()) {
      const layer = index === main ? node.name : partName(graph, node.name, bare);
      const from = index === 0 ? inputs : [tensor];
      const { shape, specs } = graph.add(bare, layer, from);
      if (specs.length > 0 && node.original !== undefined)
        copies.set(layer, `${node.original}${layer.slice(node.name.length)}`);
      else if (specs.length > 0) {
        const trained = node.config.boolean("trainable", true);
        const orders = ordersOf(bare, specs, tensor, { channelsFirst, turned });
        const filters = bare.type === "Conv2D" ? filterOrder(node, version) : undefined;
        weighted.push({ node, trained, layer, specs, orders, filters });
      }
      const order = orderAfter(bare, node, from, channelsFirst);
      const isList = x.isList === true && shape.length === 3;
      tensor = { name: layer, shape, order, isList };
    }
    return tensor;
  };

  const made = (node: KerasNode): Tensor => {
    const inputs = node.inputs.flatMap((input) => tensors.get(input) ?? []);
    const [x] = inputs;
    if (node.className === "InputLayer")
      return graph.input(node.name, channelsLast(inputShape, channelsFirst));
    if (x === undefined) throw wrongModel(node.config.where, loose(node));
    if (node.className === "Rescaling" || node.className === "Normalization")
      return prepared(node, x);
    if (node.className === "Reshape") return reshaped(graph, node, x, channelsFirst);
    if (node.className === "Flatten" || isLeftOut(node.className))
      return convertedBy(node, [x]) ?? x;
    const maps = inputs.map((one) => asMap(graph, one));
    const className = joinClass(node);
    if (!broadcasts(className)) return convertedBy(node, maps) ?? x;
    const aligned = alignedInputs(graph, { name: node.name, className }, maps, channelsFirst);
    const join = joined(className, node.name, aligned, graph, (layer, from, factor) =>
      scaled(layer, from, () => ({ scale: [factor], offset: [0] })),
    );
    return join ?? convertedBy({ ...node, className }, aligned) ?? x;
  };
  const add = (node: KerasNode) => tensors.set(node.name, made(node));

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
  const kept = { graph: { name, layers: graph.upTo(output) }, input, notes };
  return { ...kept, preparation, affine, weighted, copies };
}

const WITHOUT_CONVERTER = new Set(["InputLayer", "Rescaling", "Normalization", "Reshape"]);

/** Behind a refused layer shapes are unknown, and only the class can be judged. */
function requireKnown({ className, config }: KerasNode): void {
  if (!WITHOUT_CONVERTER.has(className) && !isJoin(className)) requireConverter(className, config);
}

/** Joins that Keras computes of inputs of unequal shapes. */
function broadcasts(className: string): boolean {
  return isJoin(className) || className === "Add" || className === "Multiply";
}

function filterOrder({ className, config }: KerasNode, version: KerasVersion): FilterOrder {
  const filtersFirst = config.text("dim_ordering", "tf") === "th";
  return { filtersFirst, isTurned: version.turnsFilters && className !== "Dense" };
}

/** Names a layer that is added around the one that has the file's name. */
function partName(graph: GraphAssembler, name: string, { type }: BareLayer): string {
  const part = `${name}/${type.toLowerCase()}`;
  return graph.layer(part) === undefined ? part : `${part}_back`;
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
