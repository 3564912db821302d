/**
 * The layers that multiply each value and add a number: `Rescaling` and `Normalization`. At the beginning of a network they are
 * the preparation of its input; elsewhere they become depthwise convolutions of 1x1.
 */
import { type Shape, sizeOf } from "../../core/shape.ts";
import type { WeightSpec } from "../../network/weights.ts";
import { wrongModel } from "../modelFault.ts";
import { at, NO_SCALING, type Scaling } from "../scaling.ts";
import type { KerasNode } from "./topology.ts";

/** The numbers are in the file's weights where the layer measured them. */
export type Affine = (weights: ReadonlyMap<string, Float32Array>) => Scaling;

/** Keras avoids a division by zero so. */
const LEAST_DEVIATION = 1e-7;

interface AffineLayer {
  readonly affine: Affine;
  readonly specs: readonly WeightSpec[];
  /** How many numbers the scaling has: one for all values, for each channel, or for each value of the last axes. */
  readonly count: number;
}

/** @param shape of what the layer reads, channels last. */
export function affineOf(node: KerasNode, shape: Shape, channelsFirst: boolean): AffineLayer {
  const { config, className } = node;
  // A layer that is used again has the numbers of its first use.
  const name = node.original ?? node.name;
  if (className === "Rescaling") {
    const offset = config.has("offset") ? config.numbers("offset") : [0];
    const scaling = { scale: config.numbers("scale"), offset };
    const count = Math.max(scaling.scale.length, offset.length);
    return { affine: () => scaling, specs: [], count };
  }
  const isInverted = config.boolean("invert", false);
  const scalingOf = (mean: ArrayLike<number>, variance: ArrayLike<number>): Scaling => {
    const means = Array.from(mean);
    const deviations = Array.from(variance, (one) => Math.max(Math.sqrt(one), LEAST_DEVIATION));
    if (isInverted) return { scale: deviations, offset: means };
    return {
      scale: deviations.map((one) => 1 / one),
      offset: means.map((one, at) => -one / (deviations[at] ?? 1)),
    };
  };
  if (config.has("mean") && config.has("variance")) {
    const scaling = scalingOf(config.numbers("mean"), config.numbers("variance"));
    const count = Math.max(scaling.scale.length, scaling.offset.length);
    return { affine: () => scaling, specs: [], count };
  }
  const kept = axesOf(node, shape, channelsFirst);
  const sides = kept.map((axis) => shape[axis] ?? 1);
  const initializer = { kind: "zeros" } as const;
  return {
    count: sizeOf(sides),
    affine: (weights) => {
      const [mean, variance] = [weights.get(`${name}/mean`), weights.get(`${name}/variance`)];
      return mean === undefined || variance === undefined ? NO_SCALING : scalingOf(mean, variance);
    },
    specs: [
      { name: "mean", shape: sides, trainable: false, initializer },
      { name: "variance", shape: sides, trainable: false, initializer },
      { name: "count", shape: [], trainable: false, initializer },
    ],
  };
}

/** Returns the axes with numbers of their own: the last one or several, without the batch. */
function axesOf({ config }: KerasNode, shape: Shape, channelsFirst: boolean): readonly number[] {
  // A missing axis means -1, but null means one number for all values.
  const given = config.keys.includes("axis")
    ? config.has("axis")
      ? config.numbers("axis")
      : []
    : [-1];
  const rank = shape.length + 1;
  const axes = given
    .map((axis) => (axis < 0 ? axis + rank : axis) - 1)
    .map((axis) => (channelsFirst && shape.length === 3 ? (axis + 2) % 3 : axis))
    .sort((a, b) => a - b);
  const isOrdered = !channelsFirst || shape.length !== 3 || axes.length < 2;
  if (isOrdered && axes.every((axis, place) => axis === shape.length - axes.length + place))
    return axes;
  throw wrongModel(config.where, {
    rule: "it normalises along axes that are not computed here",
    expected: "the channels, or all axes from one on",
    got: given.join(", "),
    remedy: "Rebuild the model without it, and save it again.",
  });
}

/** @returns the weights of a depthwise convolution of 1x1 over this many channels. */
export function depthwiseWeights({ scale, offset }: Scaling, channels: number) {
  const spread = (list: readonly number[]) =>
    Float32Array.from({ length: channels }, (_, channel) => at(list, channel));
  return { kernel: spread(scale), bias: spread(offset) };
}
