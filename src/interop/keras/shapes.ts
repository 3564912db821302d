/**
 * What layers of a file do to the shape of tensors and to the order of their values: reshapes, joins of unequal shapes, and what
 * follows from channels that a file has first.
 */
import { greatestOf } from "../../core/numbers.ts";
import { type MapShape, type Shape, sameShape, sizeOf } from "../../core/shape.ts";
import type { WeightSpec } from "../../network/weights.ts";
import {
  type BareLayer,
  flattenedOrder,
  type GraphAssembler,
  type Tensor,
} from "../graphAssembler.ts";
import type { Config } from "../jsonConfig.ts";
import { wrongModel } from "../modelFault.ts";
import { graphShape, TO_CHANNELS_FIRST, TO_CHANNELS_LAST } from "./axes.ts";
import type { KerasNode } from "./topology.ts";

/** The number of the file's axes, without the batch. */
export function rankOf({ shape, isList }: Tensor): number {
  return isList === true ? 2 : shape.length;
}

/** The shape of a tensor as the file has it, but for the place of channels. */
export function fileShape({ shape, isList }: Tensor): Shape {
  const [a = 1, b = 1, c = 1] = shape;
  return isList === true ? [a, b * c] : shape;
}

/** Turns an input `[a, b]`, which the graph has as an image, into the list of vectors that layers read. */
export function asMap(graph: GraphAssembler, tensor: Tensor): Tensor {
  const [rows = 1, columns = 1, channels = 1] = tensor.shape;
  if (tensor.isList !== true || columns === 1) return tensor;
  const [name, shape] = [`${tensor.name}/list`, [rows, 1, columns * channels]];
  const isThere = graph.layer(name) !== undefined;
  return isThere ? { ...tensor, name, shape } : graph.reshaped(name, tensor, shape);
}

/** A reshape of the input alone gives the graph another input; other reshapes are layers. */
export function reshaped(
  graph: GraphAssembler,
  { name, config }: KerasNode,
  from: Tensor,
  channelsFirst: boolean,
): Tensor {
  const target = targetShape(config, sizeOf(from.shape));
  const shape = graphShape(target, channelsFirst);
  if (shape === undefined || from.order !== undefined) {
    throw wrongModel(config.where, {
      rule: "it gives the values a form that is not computed here",
      expected: "at most three axes, and values in the order of the file",
      got: `${target.join("x")}${channelsFirst ? " with channels first" : ""}`,
      remedy: "Rebuild the model without it, and save it again.",
    });
  }
  const isTurned = channelsFirst && rankOf(from) === 3;
  const source = isTurned
    ? graph.permuted(`${name}/channels_first`, from, TO_CHANNELS_FIRST)
    : from;
  const [channels = 1, ...sides] = target;
  const isFirst = channelsFirst && target.length === 3 && channels > 1 && sizeOf(sides) > 1;
  if (isFirst) {
    const { isList: _not, ...map } = graph.reshaped(`${name}/map`, source, target);
    return graph.permuted(name, map, TO_CHANNELS_LAST);
  }
  const input = target.length === 3 ? graph.reshapedInput(shape) : undefined;
  const { isList: _before, ...tensor } = input ?? graph.reshaped(name, source, shape);
  return target.length === 2 ? { ...tensor, isList: true } : tensor;
}

/**
 * Gives the inputs of a join one rank and one shape, as Keras does: axes of one element are put in front of the others, and
 * one element serves all positions of its axis. `Multiply` does the second itself.
 */
export function alignedInputs(
  graph: GraphAssembler,
  { name, className }: Pick<KerasNode, "name" | "className">,
  inputs: readonly Tensor[],
  channelsFirst: boolean,
): readonly Tensor[] {
  const rank = greatestOf(inputs.map(rankOf));
  const ranked = inputs.map((input, place) => {
    const missing = rank - rankOf(input);
    if (missing === 0) return input;
    const shape = [...new Array<number>(missing).fill(1), ...fileShape(input)];
    const own = graphShape(shape, channelsFirst) ?? shape;
    return { ...graph.reshaped(`${name}/input${place}`, input, own), isList: rank === 2 };
  });
  const shape = (ranked[0]?.shape ?? []).map((_, axis) =>
    greatestOf(ranked.map((input) => input.shape[axis] ?? 1)),
  );
  const fits = ({ shape: own }: Tensor) =>
    own.length === shape.length && own.every((side, axis) => side === 1 || side === shape[axis]);
  if (className === "Multiply" || !ranked.every(fits)) return ranked;
  return ranked.map((input, place) =>
    sameShape(input.shape, shape) ? input : graph.spread(`${name}/input${place}`, input, shape),
  );
}

/** @param turned is the order of the map's axes in which the layer reads it. */
export function ordersOf(
  bare: BareLayer,
  specs: readonly WeightSpec[],
  read: Tensor,
  { channelsFirst, turned }: { readonly channelsFirst: boolean; readonly turned: MapShape },
): ReadonlyMap<string, readonly number[]> {
  if (bare.type === "PReLU" && channelsFirst && rankOf(read) === 3)
    return new Map(
      specs.map(({ name, shape }) => {
        const sides = [1, 2, 3].map((axis) => shape[turned.indexOf(axis)] ?? 1);
        return [name, flattenedOrder(sides)];
      }),
    );
  const { order } = read;
  if (order === undefined) return new Map();
  const reordered = specs.filter(({ name, shape }) =>
    bare.type === "Dense" ? name === "kernel" : sizeOf(shape) === order.length,
  );
  return new Map(reordered.map(({ name }) => [name, order]));
}

/**
 * Keras flattens a channels-first map in the order of its file unless the layer says otherwise. Vectors that are put together keep
 * their orders, one after another.
 */
export function orderAfter(
  bare: BareLayer,
  node: KerasNode,
  inputs: readonly Tensor[],
  channelsFirst: boolean,
): readonly number[] | undefined {
  const [from, ...others] = inputs;
  if (from === undefined || bare.type === "Dense" || bare.type === "Reshape") return undefined;
  if (bare.type === "Flatten" && channelsFirst && rankOf(from) === 3) {
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
