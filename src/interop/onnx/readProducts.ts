/** Reads ONNX's products of matrices and convolutions. */
import { type Pair, sizeOf } from "../../core/shape.ts";
import { type BareLayer, inOrder } from "../graphAssembler.ts";
import type { Constant } from "./constants.ts";
import { kerasKernel } from "./kernelOrder.ts";
import { asVector, input, mapInput, nameOf, withLast } from "./layouts.ts";
import { floatOf, integerOf, pairOf } from "./nodeAttributes.ts";
import type { NodeProto } from "./onnxMessages.ts";
import { dimsOf, type OnnxReader, type OnnxValue } from "./onnxReader.ts";
import { padsOf } from "./windows.ts";

export function readConv(reader: OnnxReader, node: NodeProto): OnnxValue {
  const x = mapInput(reader, node);
  const kernel = reader.constant(node.input[1]);
  if (kernel?.shape.length !== 4)
    throw reader.wrong(
      node,
      "the kernel of a convolution must be stored in the file",
      "[filters, channels, rows, columns]",
      kernel?.shape.join("x") ?? "a computed one",
    );
  const [filters = 0, perGroup = 0, rows = 0, columns = 0] = kernel.shape;
  const groups = integerOf(node, "group", 1);
  const [, , channels] = x.sides;
  const name = nameOf(node);
  const bias = reader.constant(node.input[2]);
  const isBiasAdded = bias === undefined && isAddedNext(reader, name);
  const useBias = bias !== undefined || isBiasAdded;
  const { from, ...window } = windowOf(reader, node, x, [rows, columns]);
  const weights = {
    kernel: kerasKernel(kernel.values, [rows, columns, perGroup, filters]),
    ...(useBias && { bias: bias?.values ?? new Float32Array(filters) }),
  };
  const kernelSize = [rows, columns] as const;
  const made =
    groups === channels && perGroup === 1 && channels > 1
      ? reader.layer(
          {
            ...{ type: "DepthwiseConv2D", kernelSize, ...window, useBias },
            depthMultiplier: filters / channels,
          },
          name,
          [from],
          weights,
        )
      : reader.layer(
          {
            ...{ type: "Conv2D", filters, kernelSize, ...window, groups, useBias },
            activation: "linear",
          },
          name,
          [from],
          weights,
        );
  return isBiasAdded ? { ...made, setBias: reader.biasOf(made) } : made;
}

/** Whether the one node that reads a value adds a constant to it: a bias in a node of its own. */
function isAddedNext(reader: OnnxReader, name: string): boolean {
  const [next, ...others] = reader.readersOf(name);
  if (next?.opType !== "Add" || others.length > 0) return false;
  return next.input.some((operand) => operand !== name && !reader.has(operand));
}

/**
 * Returns the window of a convolution. Padding that is Keras' `same` for this size becomes that; other padding becomes a layer
 * of its own.
 */
function windowOf(reader: OnnxReader, node: NodeProto, x: OnnxValue, kernel: Pair) {
  const strides = pairOf(node, "strides", 1);
  const dilationRate = pairOf(node, "dilations", 1);
  const pads = padsOf(node, x, { kernel, strides, dilationRate });
  const base = { strides, dilationRate } as const;
  if (pads.isSame) return { ...base, padding: "same", from: x } as const;
  const [top, left, bottom, right] = pads.sides;
  if (pads.sides.every((side) => side === 0))
    return { ...base, padding: "valid", from: x } as const;
  const padding = [
    [top, bottom],
    [left, right],
  ] as const;
  const from = reader.layer({ type: "ZeroPadding2D", padding }, `${nameOf(node)}/padding`, [x]);
  return { ...base, padding: "valid", from } as const;
}

export function readGemm(reader: OnnxReader, node: NodeProto): OnnxValue {
  const [alpha, beta] = [floatOf(node, "alpha", 1), floatOf(node, "beta", 1)];
  if (integerOf(node, "transA", 0) !== 0)
    throw reader.wrong(node, "the images of a product are turned", "transA 0", "1");
  const isTurned = integerOf(node, "transB", 0) === 1;
  const factor = factorOf(reader, node);
  const [units = 0] = isTurned ? factor.shape : factor.shape.toReversed();
  const stored = reader.constant(node.input[2])?.values;
  // One number serves all units.
  const bias =
    stored &&
    Float32Array.from({ length: units }, (_, at) => beta * (stored[at % stored.length] ?? 0));
  const matrix = isTurned ? transposed(factor) : factor.values;
  const kernel = { values: matrix.map((value) => value * alpha), units };
  return product(reader, node, kernel, bias);
}

export function readMatMul(reader: OnnxReader, node: NodeProto): OnnxValue {
  const { values, shape } = factorOf(reader, node);
  return product(reader, node, { values, units: shape[1] ?? 1 }, undefined);
}

interface Kernel {
  /** `[depth, units]` */
  readonly values: Float32Array;
  readonly units: number;
}

function product(
  reader: OnnxReader,
  node: NodeProto,
  kernel: Kernel,
  bias: Float32Array | undefined,
): OnnxValue {
  const value = input(reader, node);
  const depth = kernel.values.length / kernel.units;
  if (sizeOf(value.dims) !== depth) return denseOfChannels(reader, node, value, kernel, bias);
  const made = dense(reader, node, value, kernel, bias);
  return { ...made, dims: [...value.dims.slice(0, -1), kernel.units] };
}

/** A product with the channels that stand last in the file is a convolution of 1x1. */
function denseOfChannels(
  reader: OnnxReader,
  node: NodeProto,
  value: OnnxValue,
  { values, units }: Kernel,
  bias: Float32Array | undefined,
): OnnxValue {
  const depth = values.length / units;
  const { dims } = value;
  if (dims.at(-1) !== depth)
    throw reader.wrong(
      node,
      "a product has a factor of another size",
      `${depth} values on the last axis`,
      `[batch, ${dims.join(", ")}]`,
    );
  const x = withLast(reader, node, value, depth);
  const layer: BareLayer = {
    ...{ type: "Conv2D", filters: units, kernelSize: [1, 1], strides: [1, 1], padding: "valid" },
    ...{ dilationRate: [1, 1], groups: 1, activation: "linear", useBias: true },
  };
  const made = biased(reader, node, layer, x, { values, units }, bias);
  return { ...made, dims: [...dims.slice(0, -1), units] };
}

function factorOf(reader: OnnxReader, node: NodeProto): Constant {
  const factor = reader.constant(node.input[1]);
  if (factor?.shape.length === 2) return factor;
  throw reader.wrong(
    node,
    "the factor of a product must be stored in the file",
    "a matrix",
    factor?.shape.join("x") ?? "a computed one",
  );
}

function dense(
  reader: OnnxReader,
  node: NodeProto,
  value: OnnxValue,
  { values, units }: Kernel,
  bias: Float32Array | undefined,
): OnnxValue {
  const x = asVector(reader, value);
  const kernel = inOrder(values, [values.length / units, units], x.tensor.order);
  const layer: BareLayer = { type: "Dense", units, activation: "linear", useBias: true };
  return biased(reader, node, layer, x, { values: kernel, units }, bias);
}

/** Adds a layer with a bias of zeros, which an `Add` behind the product may replace, or with the bias of the product itself. */
function biased(
  reader: OnnxReader,
  node: NodeProto,
  layer: BareLayer,
  x: OnnxValue,
  { values, units }: Kernel,
  bias: Float32Array | undefined,
): OnnxValue {
  const weights = { kernel: values, bias: bias ?? new Float32Array(units) };
  const made = reader.layer(layer, nameOf(node), [x], weights);
  return bias === undefined ? { ...made, setBias: reader.biasOf(made) } : made;
}

function transposed({ values, shape }: Constant): Float32Array {
  const [rows = 1, columns = 1] = shape;
  return values.map((_, index) => values[(index % rows) * columns + Math.floor(index / rows)] ?? 0);
}

/**
 * Gives each channel of a map a sum of its channels: a convolution of 1x1 with weights that the file does not have.
 * @param matrix `[channels, filters]`
 */
export function channelSums(
  reader: OnnxReader,
  name: string,
  map: OnnxValue,
  matrix: Float32Array,
): OnnxValue {
  const [height = 1, width = 1, channels = 1] = map.tensor.shape;
  const filters = matrix.length / channels;
  const made = reader.layer(
    {
      ...{ type: "Conv2D", filters, kernelSize: [1, 1], strides: [1, 1], padding: "valid" },
      ...{ dilationRate: [1, 1], groups: 1, useBias: false, activation: "linear" },
    },
    name,
    [map],
    { kernel: matrix },
  );
  return { ...made, dims: dimsOf([height, width, filters], map.channelsFirst) };
}

/** Picks channels of a map, in any order. */
export function channelsAt(
  reader: OnnxReader,
  name: string,
  map: OnnxValue,
  places: readonly number[],
): OnnxValue {
  const channels = map.tensor.shape[2] ?? 1;
  const matrix = new Float32Array(channels * places.length);
  for (const [filter, channel] of places.entries()) matrix[channel * places.length + filter] = 1;
  return channelSums(reader, name, map, matrix);
}
