/** Turns each ONNX operator into layers of the graph. One entry an operator. */
import { LARGEST_FLOAT } from "../../core/numbers.ts";
import { sizeOf } from "../../core/shape.ts";
import type { Activation } from "../../network/graph.ts";
import { inOrder } from "../graphAssembler.ts";
import { axisIn, type Constant, joined } from "./constants.ts";
import { kerasKernel } from "./kernelOrder.ts";
import {
  alike,
  asListed,
  asMap,
  graphAxis,
  input,
  joinedConstant,
  nameOf,
  withLast,
} from "./layouts.ts";
import { concatenated } from "./mapParts.ts";
import { floatOf, integerOf, textOf } from "./nodeAttributes.ts";
import type { NodeProto } from "./onnxMessages.ts";
import type { OnnxReader, OnnxValue } from "./onnxReader.ts";
import { type Derived, recognized } from "./pointFunctions.ts";
import { readInstanceNormalization, readLayerNormalization } from "./readNormalizations.ts";
import { globalPool, pool, reduction } from "./readPools.ts";
import { readConv, readGemm, readMatMul } from "./readProducts.ts";
import {
  readBlocks,
  readConcat,
  readExpand,
  readFlatten,
  readGather,
  readPad,
  readReshape,
  readResize,
  readSlice,
  readSplit,
  readSqueeze,
  readTranspose,
  readUnsqueeze,
} from "./readShapes.ts";

type ReadOperator = (reader: OnnxReader, node: NodeProto) => OnnxValue;
/** ONNX stores coefficients as float32. */
const isAbout = (value: number, expected: number) => Math.abs(value - expected) < 1e-6;

const READERS: Readonly<Record<string, ReadOperator>> = {
  Conv: readConv,
  Gemm: readGemm,
  MatMul: readMatMul,
  Add: readAdd,
  Sum: (reader, node) => sum(reader, nameOf(node), alike(reader, node)),
  BatchNormalization: readBatchNormalization,
  Relu: activation(() => "relu"),
  LeakyRelu: activation((node) => ({
    name: "LeakyReLU",
    negativeSlope: floatOf(node, "alpha", 0.01),
  })),
  PRelu: readPRelu,
  Elu: activation((node) => {
    const alpha = floatOf(node, "alpha", 1);
    return alpha === 1 ? "elu" : { name: "ELU", alpha };
  }),
  Exp: activation(() => "exponential"),
  Softsign: activation(() => "softsign"),
  Mish: activation(() => "mish"),
  Celu(reader, node) {
    const alpha = floatOf(node, "alpha", 1);
    const name = nameOf(node);
    const elu = (from: OnnxValue, own: string) =>
      reader.layer({ type: "Activation", activation: "elu" }, own, [from]);
    if (isAbout(alpha, 1)) return elu(input(reader, node), name);
    // celu(x) = alpha * elu(x / alpha)
    const less = line(reader, node, input(reader, node), 1 / alpha, 0, `${name}/less`);
    return line(reader, node, elu(less, `${name}/elu`), alpha, 0);
  },
  Selu: activation(() => "selu"),
  Sigmoid: activation(() => "sigmoid"),
  Tanh: activation(() => "tanh"),
  Softplus: activation(() => "softplus"),
  HardSwish: activation(() => "hard_silu"),
  Gelu: activation((node) => (textOf(node, "approximate") === "tanh" ? "gelu_tanh" : "gelu")),
  HardSigmoid: activation((node, reader) => {
    const [alpha, beta] = [floatOf(node, "alpha", 0.2), floatOf(node, "beta", 0.5)];
    if (isAbout(beta, 0.5) && isAbout(alpha, 0.2)) return "hard_sigmoid_keras2";
    if (isAbout(beta, 0.5) && isAbout(alpha, 1 / 6)) return "hard_sigmoid";
    throw reader.wrong(
      node,
      "the hard sigmoid has a slope that is not computed here",
      "0.2 or 1/6 with 0.5",
      `${alpha} with ${beta}`,
    );
  }),
  Clip: readClip,
  Softmax: softmax("softmax"),
  LogSoftmax: softmax("log_softmax"),
  LayerNormalization: readLayerNormalization,
  InstanceNormalization: readInstanceNormalization,
  Mul: readMul,
  Sub: readSub,
  Div: readDiv,
  Neg: (reader, node) => line(reader, node, input(reader, node), -1, 0),
  Abs(reader, node) {
    const x = input(reader, node);
    const name = nameOf(node);
    // |x| = relu(2x) - x
    const positive = relu(
      reader,
      `${name}/positive`,
      line(reader, node, x, 2, 0, `${name}/double`),
    );
    return sum(reader, name, [positive, line(reader, node, x, -1, 0, `${name}/negative`)]);
  },
  Max: (reader, node) => extreme(reader, node, 1),
  Min: (reader, node) => extreme(reader, node, -1),
  Pow: readPow,
  Concat: readConcat,
  Resize: readResize,
  Upsample: readResize,
  MaxPool: pool("MaxPooling2D"),
  AveragePool: pool("AveragePooling2D"),
  GlobalAveragePool: globalPool("AveragePooling2D"),
  GlobalMaxPool: globalPool("MaxPooling2D"),
  ReduceMean: reduction("mean"),
  ReduceSum: reduction("sum"),
  ReduceMax: reduction("maximum"),
  Pad: readPad,
  DepthToSpace: readBlocks,
  SpaceToDepth: readBlocks,
  Slice: readSlice,
  Gather: readGather,
  Expand: readExpand,
  Tile: readExpand,
  Flatten: readFlatten,
  Reshape: readReshape,
  Squeeze: readSqueeze,
  Unsqueeze: readUnsqueeze,
  Transpose: readTranspose,
  Dropout: input,
  Identity: input,
  Cast: input,
};

/** @throws PlaygroundError `file.invalid` naming the node. */
export function readOperator(reader: OnnxReader, node: NodeProto): void {
  const [output = ""] = node.output;
  if (node.opType === "Constant") {
    readConstant(reader, node);
    return;
  }
  if (reader.fold(node) || reader.derive(node)) return;
  if (node.opType === "Split" && isOwn(node)) readSplit(reader, node);
  else reader.set(output, readNode(reader, node));
}

function readConstant(reader: OnnxReader, node: NodeProto): void {
  const [output = ""] = node.output;
  for (const { name, t, f, i, floats, ints } of node.attribute) {
    if (name === "value" && t !== undefined) reader.setStored(output, t);
    const isFloat = name === "value_float" || name === "value_floats";
    const list = { value_float: [f ?? 0], value_int: [Number(i ?? 0)], value_floats: floats };
    const values =
      name === "value_ints"
        ? ints.map(Number)
        : Object.entries(list).find(([key]) => key === name)?.[1];
    if (values === undefined) continue;
    const shape = name === "value_float" || name === "value_int" ? [] : [values.length];
    reader.setConstant(output, { shape, values: Float32Array.from(values), isWhole: !isFloat });
  }
}

/** Whether ONNX itself defines the operator. */
function isOwn({ domain }: NodeProto): boolean {
  return domain === undefined || domain === "" || domain === "ai.onnx";
}

/** The operators whose readers know more than the function that they compute. */
const EXACT = new Set([
  "LeakyRelu",
  "Elu",
  "Selu",
  "HardSwish",
  "Softsign",
  "Mish",
  "Celu",
  "PRelu",
  "Gelu",
]);

/**
 * Reads a node that works on single numbers once its value is needed: what is written as arithmetic becomes an activation, or a
 * number for each channel.
 */
export function readDerived(
  reader: OnnxReader,
  node: NodeProto,
  ways: readonly Derived[],
): OnnxValue {
  if (EXACT.has(node.opType ?? "")) return readNode(reader, node);
  const found = ways.flatMap(({ base, at }) => {
    const one = recognized(at);
    return one === undefined ? [] : [{ base, ...one }];
  });
  for (const one of found)
    if ("activation" in one)
      return reader.layer({ type: "Activation", activation: one.activation }, nameOf(node), [
        reader.value(one.base),
      ]);
  const [line] = found.flatMap((one) => ("scale" in one ? [one] : []));
  if (line === undefined) return readNode(reader, node);
  const value = reader.value(line.base);
  if (line.scale === 1 && line.offset === 0) return value;
  const [scale, offset] = [Float32Array.of(line.scale), Float32Array.of(line.offset)];
  return reader.affine(node, nameOf(node), value, scale, offset);
}

/** Why an operator is refused, and what to do, where more can be said than its name. */
const REFUSED: Readonly<Record<string, string>> = {
  QuantizeLinear: "the model is quantised",
  DequantizeLinear: "the model is quantised",
  QLinearConv: "the model is quantised",
  QLinearMatMul: "the model is quantised",
  ConvInteger: "the model is quantised",
  MatMulInteger: "the model is quantised",
  DynamicQuantizeLinear: "the model is quantised",
  LSTM: "the layer is recurrent",
  GRU: "the layer is recurrent",
  RNN: "the layer is recurrent",
  Scan: "the model has a loop",
  Loop: "the model has a loop",
  If: "the model has a branch that depends on the image",
};

function readNode(reader: OnnxReader, node: NodeProto): OnnxValue {
  const operator = node.opType ?? "none";
  const read = isOwn(node) ? READERS[operator] : undefined;
  if (read !== undefined) return read(reader, node);
  const quantised = REFUSED[operator] === "the model is quantised";
  throw reader.wrong(
    node,
    isOwn(node)
      ? (REFUSED[operator] ?? "the operator is not computed here")
      : `the operator is a custom one of ${node.domain}`,
    quantised ? "weights and layers of float32" : "an operator that docs/formats.md lists",
    operator,
    quantised ? "Take the model from before it was quantised." : undefined,
  );
}

function line(
  reader: OnnxReader,
  node: NodeProto,
  value: OnnxValue,
  scale: number,
  offset: number,
  name = nameOf(node),
): OnnxValue {
  return reader.affine(node, name, value, Float32Array.of(scale), Float32Array.of(offset));
}

function relu(reader: OnnxReader, name: string, value: OnnxValue): OnnxValue {
  return reader.layer({ type: "Activation", activation: "relu" }, name, [value]);
}

function sum(reader: OnnxReader, name: string, values: readonly OnnxValue[]): OnnxValue {
  return reader.layer({ type: "Add" }, name, values);
}

/** The larger (sign 1) of two values is `a + relu(b - a)`, the smaller (sign -1) `a - relu(a - b)`. */
function extreme(reader: OnnxReader, node: NodeProto, sign: number): OnnxValue {
  const [first, second, ...others] = alike(reader, node);
  if (first === undefined || second === undefined || others.length > 0)
    throw reader.wrong(node, "it compares other than two values", "two", String(node.input.length));
  const name = nameOf(node);
  const negative = line(reader, node, first, -sign, 0, `${name}/negative`);
  const other = sign === 1 ? second : line(reader, node, second, -1, 0, `${name}/other`);
  const mine = sign === 1 ? negative : line(reader, node, first, 1, 0, `${name}/mine`);
  const over = relu(reader, `${name}/over`, sum(reader, `${name}/difference`, [other, mine]));
  const signed = sign === 1 ? over : line(reader, node, over, -1, 0, `${name}/less`);
  return sum(reader, name, [first, signed]);
}

/** Small whole powers are products. */
function readPow(reader: OnnxReader, node: NodeProto): OnnxValue {
  const value = input(reader, node);
  const power = reader.constant(node.input[1])?.values[0] ?? 0;
  if (Number.isSafeInteger(power) && power >= 2 && power <= 4) {
    const factors = Array.from({ length: power }, () => value);
    return reader.layer({ type: "Multiply" }, nameOf(node), factors);
  }
  throw reader.wrong(node, "a power is not computed here", "2, 3 or 4", String(power));
}

function readAdd(reader: OnnxReader, node: NodeProto): OnnxValue {
  const [given, constant] = withConstant(reader, node);
  if (constant === undefined) return sum(reader, nameOf(node), alike(reader, node));
  const value = enlarged(reader, node, given, constant);
  const offset = joinedConstant(reader, node, value, constant);
  return reader.affine(node, nameOf(node), value, ONE, offset);
}

const isOfOne = (values: Float32Array) => values.every((one) => one === values[0]);

/** A value with one channel that is joined with a constant of several: each gets a copy. */
function enlarged(
  reader: OnnxReader,
  node: NodeProto,
  value: OnnxValue,
  { shape, values }: Constant,
): OnnxValue {
  const wanted = joined([1, ...value.dims], shape).slice(-value.dims.length);
  const axes = wanted.flatMap((side, axis) => (side === value.dims[axis] ? [] : [axis]));
  const [axis, ...others] = axes;
  if (axis === undefined) return isOfOne(values) ? value : asListed(reader, node, value);
  if (others.length > 0 || value.dims.length !== 3) return value;
  const map = value.channelsFirst ? asMap(reader, node, value) : value;
  const own = graphAxis(map, axis);
  if (own === undefined || map.tensor.shape[own] !== 1) return value;
  const copies = Array.from({ length: wanted[axis] ?? 1 }, () => map);
  return concatenated(reader, `${nameOf(node)}/copies`, copies, own + 1);
}

function readBatchNormalization(reader: OnnxReader, node: NodeProto): OnnxValue {
  const value = asListed(reader, node, input(reader, node));
  const [gamma, beta, mean, variance] = node.input
    .slice(1)
    .map((name) => reader.constant(name)?.values);
  if (gamma === undefined || beta === undefined || mean === undefined || variance === undefined)
    throw reader.wrong(
      node,
      "the statistics must be stored in the file",
      "four vectors",
      "computed ones",
    );
  const channels = { shape: [gamma.length, ...value.dims.slice(1).map(() => 1)], isWhole: false };
  // A single number or one for each channel of the graph's map, or one for each value of its vector.
  const numChannels = value.tensor.shape.at(-1) ?? 1;
  const turn = (values: Float32Array) => {
    const turned = joinedConstant(reader, node, value, { ...channels, values });
    return turned.length === 1 ? new Float32Array(numChannels).fill(turned[0] ?? 0) : turned;
  };
  return reader.layer(
    {
      type: "BatchNormalization",
      // ONNX' momentum has the meaning of Keras' here, not of PyTorch's.
      momentum: floatOf(node, "momentum", 0.9),
      epsilon: floatOf(node, "epsilon", 1e-5),
      scale: true,
      center: true,
    },
    nameOf(node),
    [value],
    {
      gamma: turn(gamma),
      beta: turn(beta),
      moving_mean: turn(mean),
      moving_variance: turn(variance),
    },
  );
}

function activation(of: (node: NodeProto, reader: OnnxReader) => Activation): ReadOperator {
  return (reader, node) =>
    reader.layer({ type: "Activation", activation: of(node, reader) }, nameOf(node), [
      input(reader, node),
    ]);
}

/** One slope, or one for each channel of each column of each row `[C, H, W]`, where H, or both H and W, may be 1. */
function readPRelu(reader: OnnxReader, node: NodeProto): OnnxValue {
  const value = asListed(reader, node, input(reader, node));
  const slope = reader.constant(node.input[1]);
  const { shape } = value.tensor;
  const channels = shape.at(-1) ?? 0;
  const isVector =
    slope !== undefined && (slope.values.length === 1 || slope.values.length === channels);
  const [first = 0, rows = 1, columns = 1] = slope?.shape ?? [];
  const fits = first === channels && (rows === 1 || rows === shape[0]) && columns === shape[1];
  if (slope === undefined || !(isVector || (fits && value.channelsFirst)))
    throw reader.wrong(
      node,
      "the slopes of PReLU must be stored in the file, one for each channel or each place",
      `${channels} numbers`,
      slope?.shape.join("x") ?? "computed ones",
    );
  const numShared = isVector ? shape.length - 1 : rows === 1 ? 1 : 0;
  const alpha = isVector
    ? channelSlopes(slope.values, channels)
    : kerasKernel(slope.values, [rows, columns, channels, 1]);
  const sharedAxes = Array.from({ length: numShared }, (_, axis) => axis + 1);
  return reader.layer({ type: "PReLU", alphaInitializer: 0, sharedAxes }, nameOf(node), [value], {
    alpha: alpha.length === channels ? inOrder(alpha, [channels], value.tensor.order) : alpha,
  });
}

function channelSlopes(values: Float32Array, channels: number): Float32Array {
  return values.length === 1 ? new Float32Array(channels).fill(values[0] ?? 0) : values;
}

/** `min(relu(x - least), most - least) + least` */
function readClip(reader: OnnxReader, node: NodeProto): OnnxValue {
  const least = reader.constant(node.input[1])?.values[0] ?? floatOf(node, "min", -LARGEST_FLOAT);
  const most = reader.constant(node.input[2])?.values[0] ?? floatOf(node, "max", LARGEST_FLOAT);
  const [name, value] = [nameOf(node), input(reader, node)];
  if (!(least > -LARGEST_FLOAT / 2 && most >= least))
    throw reader.wrong(
      node,
      "values are limited in a way that is not computed here",
      "a lower limit",
      `${least} to ${most}`,
    );
  const maxValue = most >= LARGEST_FLOAT / 2 ? LARGEST_FLOAT : most - least;
  const activation: Activation =
    maxValue === 6 ? "relu6" : { name: "ReLU", maxValue, negativeSlope: 0, threshold: 0 };
  const clipped = (from: OnnxValue, own: string) =>
    reader.layer({ type: "Activation", activation }, own, [from]);
  if (least === 0) return clipped(value, name);
  const shifted = line(reader, node, value, 1, -least, `${name}/less`);
  return line(reader, node, clipped(shifted, `${name}/clip`), 1, least);
}

function softmax(activation: "softmax" | "log_softmax"): ReadOperator {
  return (reader, node) => {
    const value = asListed(reader, node, input(reader, node));
    const { dims } = value;
    const isOld = reader.operatorSet < 13;
    const axis = axisIn(integerOf(node, "axis", isOld ? 1 : -1), dims.length + 1) - 1;
    // Before operator set 13, all axes from the given one on are taken together.
    const over = isOld ? sizeOf(dims.slice(axis)) : (dims[axis] ?? 0);
    const from = axis < 0 ? undefined : withChannels(reader, node, value, { axis, over });
    if (from?.tensor.shape.at(-1) === over)
      return reader.layer({ type: "Activation", activation }, nameOf(node), [from]);
    throw reader.wrong(
      node,
      "the softmax works on other axes than the channels or the last one",
      "one of these",
      `axis ${axis + 1} of [batch, ${dims.join(", ")}]`,
    );
  };
}

/** Puts the values that a softmax takes together where a layer has the channels; undefined where that is not done. */
function withChannels(
  reader: OnnxReader,
  node: NodeProto,
  value: OnnxValue,
  { axis, over }: { readonly axis: number; readonly over: number },
): OnnxValue | undefined {
  const { dims, tensor } = value;
  if (tensor.shape.length !== 3) return over === sizeOf(dims) ? value : undefined;
  if (graphAxis(value, axis) === 2) return value;
  if (over === sizeOf(dims.slice(axis))) return withLast(reader, node, value, over);
  return axis === 0 && dims.length === 3 ? asMap(reader, node, value) : undefined;
}

/** With a constant, each channel is multiplied. Gates and activations that are written as products are found before. */
function readMul(reader: OnnxReader, node: NodeProto): OnnxValue {
  const [given, constant] = withConstant(reader, node);
  if (constant === undefined)
    return reader.layer({ type: "Multiply" }, nameOf(node), alike(reader, node));
  const value = enlarged(reader, node, given, constant);
  const factor = joinedConstant(reader, node, value, constant);
  return reader.affine(node, nameOf(node), value, factor, ZERO);
}

const ZERO = Float32Array.of(0);
const ONE = Float32Array.of(1);

/** Returns the computed input, and the constant one if there is one. */
function withConstant(
  reader: OnnxReader,
  node: NodeProto,
): readonly [value: OnnxValue, constant: Constant | undefined] {
  const [left = "", right = ""] = node.input;
  const constant = reader.constant(left) ?? reader.constant(right);
  return [reader.value(reader.constant(left) === undefined ? left : right), constant];
}

function readSub(reader: OnnxReader, node: NodeProto): OnnxValue {
  const name = nameOf(node);
  const [given, constant] = withConstant(reader, node);
  if (constant === undefined) {
    const [minuend, subtrahend] = alike(reader, node);
    if (minuend === undefined || subtrahend === undefined) return given;
    const negative = line(reader, node, subtrahend, -1, 0, `${name}/negative`);
    return sum(reader, name, [minuend, negative]);
  }
  const value = enlarged(reader, node, given, constant);
  const list = joinedConstant(reader, node, value, constant);
  if (reader.constant(node.input[0]) !== undefined)
    return reader.affine(node, name, value, Float32Array.of(-1), list);
  return reader.affine(
    node,
    name,
    value,
    ONE,
    list.map((one) => -one),
  );
}

function readDiv(reader: OnnxReader, node: NodeProto): OnnxValue {
  const divisor = reader.constant(node.input[1]);
  if (divisor === undefined)
    throw reader.wrong(
      node,
      "it divides by a computed value",
      "a constant",
      node.input[1] ?? "none",
    );
  const value = enlarged(reader, node, input(reader, node), divisor);
  const list = joinedConstant(reader, node, value, divisor);
  return reader.affine(
    node,
    nameOf(node),
    value,
    list.map((one) => 1 / one),
    ZERO,
  );
}
