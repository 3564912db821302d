/** Turns each ONNX operator into layers of the graph. One entry an operator. */
import { LARGEST_FLOAT } from "../../core/numbers.ts";
import { type Pair, type Shape, sizeOf } from "../../core/shape.ts";
import type { Activation } from "../../network/graph.ts";
import { flattenedOrder, inOrder } from "../graphAssembler.ts";
import { kerasKernel } from "./kernelOrder.ts";
import { floatOf, floatsOf, integerOf, integersOf, pairOf, textOf } from "./nodeAttributes.ts";
import type { NodeProto } from "./onnxMessages.ts";
import type { OnnxReader, OnnxValue } from "./onnxReader.ts";
import { type Derived, recognized } from "./pointFunctions.ts";

type ReadOperator = (reader: OnnxReader, node: NodeProto) => OnnxValue;
/** ONNX stores coefficients as float32. */
const isAbout = (value: number, expected: number) => Math.abs(value - expected) < 1e-6;

const READERS: Readonly<Record<string, ReadOperator>> = {
  Conv: readConv,
  Gemm: readGemm,
  MatMul: readMatMul,
  Add: readAdd,
  Sum: (reader, node) => reader.layer({ type: "Add" }, nameOf(node), alike(reader, node)),
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
  Celu: activation((node, reader) => {
    if (isAbout(floatOf(node, "alpha", 1), 1)) return "elu";
    throw reader.wrong(node, "CELU is computed here with one value of alpha only", "1", "another");
  }),
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
  Concat: readConcat,
  Resize: readResize,
  Upsample: readResize,
  Clip: readClip,
  Softmax: readSoftmax,
  Mul: readMul,
  Sub: readSub,
  Div: readDiv,
  MaxPool: pool("MaxPooling2D"),
  AveragePool: pool("AveragePooling2D"),
  GlobalAveragePool: globalPool("AveragePooling2D"),
  GlobalMaxPool: globalPool("MaxPooling2D"),
  ReduceMean: readReduceMean,
  Pad: readPad,
  Slice: readSlice,
  Flatten: (reader, node) => flattened(reader, node, input(reader, node)),
  Reshape: readReshape,
  Squeeze: (reader, node) => flattened(reader, node, input(reader, node)),
  Transpose: readTranspose,
  Dropout: input,
  Identity: input,
};

/** Operators that work on shapes or constants; a reshape that needs their results is understood without them. */
const ON_SHAPES = new Set(["Shape", "Gather", "Unsqueeze", "Concat", "Slice", "Cast"]);

/** @throws PlaygroundError `file.invalid` naming the node. */
export function readOperator(reader: OnnxReader, node: NodeProto): void {
  const [output = ""] = node.output;
  if (node.opType === "Constant") {
    const tensor = node.attribute.find(({ name }) => name === "value")?.t;
    if (tensor !== undefined) reader.setConstant(output, tensor);
    return;
  }
  if (
    ON_SHAPES.has(node.opType ?? "") &&
    (node.opType === "Shape" || !node.input.some((name) => reader.has(name)))
  )
    return;
  if (node.opType === "Identity" && !reader.has(node.input[0] ?? "")) return;
  if (reader.derive(node)) return;
  reader.set(output, readNode(reader, node));
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

function readNode(reader: OnnxReader, node: NodeProto): OnnxValue {
  const read = READERS[node.opType ?? ""];
  if (read === undefined)
    throw reader.wrong(
      node,
      "the operator is not computed here",
      `one of ${Object.keys(READERS).join(", ")}`,
      node.opType ?? "none",
    );
  return read(reader, node);
}

function nameOf(node: NodeProto): string {
  return node.output[0] ?? node.name ?? "";
}

function input(reader: OnnxReader, node: NodeProto): OnnxValue {
  return reader.value(node.input[0] ?? "");
}

/** @throws PlaygroundError `file.invalid` unless the value is a map with channels first, as ONNX' own operators read it. */
function mapInput(
  reader: OnnxReader,
  node: NodeProto,
): OnnxValue & { readonly sides: readonly [number, number, number] } {
  const value = input(reader, node);
  const { shape } = value.tensor;
  const [height = 1, width = 1, channels = shape[0] ?? 1] = shape.length === 3 ? shape : [];
  const sides = [height, width, channels] as const;
  if (shape.length === 3) {
    if (value.channelsFirst) return { ...value, sides };
    throw reader.wrong(
      node,
      "the map has its channels last",
      "channels first, as ONNX defines the operator",
      "last",
    );
  }
  return { ...asMap(reader, value), sides };
}

/** Values that are joined element by element. A vector that stands for a map of 1x1 becomes one beside maps. */
function alike(reader: OnnxReader, node: NodeProto): readonly OnnxValue[] {
  const values = node.input.map((name) => reader.value(name));
  const hasMap = values.some(({ tensor }) => tensor.shape.length === 3);
  const [first, ...others] = values.map((value) =>
    hasMap && value.tensor.shape.length === 1 ? asMap(reader, value) : value,
  );
  if (first === undefined) return [];
  const orders = others.map(({ tensor }) => tensor.order?.join());
  if (orders.every((order) => order === first.tensor.order?.join())) return [first, ...others];
  throw reader.wrong(
    node,
    "flattened maps in different orders are joined",
    "one order",
    node.input.join(", "),
  );
}

/** A pooled map of 1x1 is kept as a vector until an operator needs a map. */
function asMap(reader: OnnxReader, value: OnnxValue): OnnxValue {
  const targetShape = [1, 1, value.tensor.shape[0] ?? 1] as const;
  const name = `${value.tensor.name}/map`;
  const found = reader.found(name);
  if (found !== undefined) return found;
  const map = {
    ...reader.layer({ type: "Reshape", targetShape }, name, [value]),
    channelsFirst: true,
  };
  reader.set(name, map);
  return map;
}

function readConcat(reader: OnnxReader, node: NodeProto): OnnxValue {
  const values = node.input.map((name) => reader.value(name));
  const [first] = values;
  const rank = first?.tensor.shape.length ?? 0;
  const given = integerOf(node, "axis", 1);
  const axis = given < 0 ? given + rank + 1 : given;
  const own = rank === 3 && first?.channelsFirst ? ((axis + 1) % 3) + 1 : axis;
  const joined = reader.layer({ type: "Concatenate", axis: own }, nameOf(node), values);
  if (values.every(({ tensor }) => tensor.order === undefined)) return joined;
  let before = 0;
  const order = values.flatMap(({ tensor }) => {
    const [length = 0] = tensor.shape;
    const start = before;
    before += length;
    return Array.from({ length }, (_, place) => start + (tensor.order?.[place] ?? place));
  });
  return { ...joined, tensor: { ...joined.tensor, order } };
}

/** `Upsample`, of older files, has the factors as its second input and compares corners. */
function readResize(reader: OnnxReader, node: NodeProto): OnnxValue {
  const x = mapInput(reader, node);
  const isOld = node.opType === "Upsample";
  const scales = reader.constant(node.input[isOld ? 1 : 2])?.values ?? floatsOf(node, "scales");
  const sizes = isOld ? undefined : reader.constant(node.input[3])?.values;
  const [height, width] = x.sides;
  const size: Pair =
    sizes === undefined
      ? [scales?.[2] ?? 0, scales?.[3] ?? 0]
      : [(sizes[2] ?? 0) / height, (sizes[3] ?? 0) / width];
  const mode = textOf(node, "mode") || "nearest";
  const corners = isOld
    ? "asymmetric"
    : textOf(node, "coordinate_transformation_mode") || "half_pixel";
  const isCentred = corners === "half_pixel" || corners === "pytorch_half_pixel";
  const fits = size.every((factor) => Number.isSafeInteger(factor) && factor >= 1);
  const interpolation =
    mode === "nearest" ? "nearest" : isCentred ? "bilinear" : "bilinear-corners";
  const isKnown = isCentred || corners === "asymmetric" || corners === "tf_half_pixel_for_nn";
  // With whole factors, half pixels are never rounded to another neighbour than corners are rounded down to.
  const rounding = isOld ? "floor" : textOf(node, "nearest_mode") || "round_prefer_floor";
  const isRounded = mode !== "nearest" || isCentred === (rounding !== "floor");
  if (!fits || !isKnown || !isRounded || (mode !== "nearest" && mode !== "linear"))
    throw reader.wrong(
      node,
      "it changes the size in a way that is not computed here",
      "nearest or linear, by whole factors",
      `${mode}, ${corners}, ${size.join(" and ")}`,
    );
  return reader.layer({ type: "UpSampling2D", size, interpolation }, nameOf(node), [x]);
}

function readConv(reader: OnnxReader, node: NodeProto): OnnxValue {
  const x = mapInput(reader, node);
  const kernel = reader.constant(node.input[1]);
  const bias = reader.constant(node.input[2]);
  const [filters = 0, perGroup = 0, rows = 0, columns = 0] = kernel?.shape ?? [];
  if (kernel?.shape.length !== 4)
    throw reader.wrong(
      node,
      "the kernel of a convolution must be stored in the file",
      "[filters, channels, rows, columns]",
      kernel?.shape.join("x") ?? "a computed one",
    );
  const groups = integerOf(node, "group", 1);
  const [, , channels] = x.sides;
  const useBias = bias !== undefined;
  const biasOf = bias === undefined ? {} : { bias: bias.values };
  const { from, ...window } = windowOf(reader, node, x, [rows, columns]);
  const values = kerasKernel(kernel.values, [rows, columns, perGroup, filters]);
  if (groups === channels && perGroup === 1 && channels > 1)
    return reader.layer(
      {
        type: "DepthwiseConv2D",
        kernelSize: [rows, columns],
        ...window,
        depthMultiplier: filters / channels,
        useBias,
      },
      nameOf(node),
      [from],
      { kernel: values, ...biasOf },
    );
  const made = reader.layer(
    {
      type: "Conv2D",
      filters,
      kernelSize: [rows, columns],
      ...window,
      groups,
      useBias,
      activation: "linear",
    },
    nameOf(node),
    [from],
    { kernel: values, ...biasOf },
  );
  return made;
}

/**
 * Returns the window of a convolution or a pool. Padding that is Keras' `same` for this size becomes that; other padding
 * becomes a layer of its own.
 */
function windowOf(reader: OnnxReader, node: NodeProto, x: OnnxValue, kernel: Pair) {
  const strides = pairOf(node, "strides", 1);
  const dilationRate = pairOf(node, "dilations", 1);
  const pads = padsOf(reader, node, x, { kernel, strides, dilationRate });
  const base = { strides, dilationRate } as const;
  if (pads === "same") return { ...base, padding: "same", from: x } as const;
  const [top, left, bottom, right] = pads;
  if (pads.every((side) => side === 0)) return { ...base, padding: "valid", from: x } as const;
  const padding = [
    [top, bottom],
    [left, right],
  ] as const;
  const from = reader.layer({ type: "ZeroPadding2D", padding }, `${nameOf(node)}/padding`, [x]);
  return { ...base, padding: "valid", from } as const;
}

interface PaddedWindow {
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly dilationRate: Pair;
}

type Sides = readonly [top: number, left: number, bottom: number, right: number];

function padsOf(
  reader: OnnxReader,
  node: NodeProto,
  { tensor }: OnnxValue,
  window: PaddedWindow,
): Sides | "same" {
  const auto = textOf(node, "auto_pad");
  if (auto === "SAME_UPPER") return "same";
  if (auto === "SAME_LOWER")
    throw reader.wrong(
      node,
      "the odd row of the padding is above",
      "below, or padding in numbers",
      auto,
    );
  const [top = 0, left = 0, bottom = 0, right = 0] = integersOf(node, "pads") ?? [];
  const pads: Sides = [top, left, bottom, right];
  const isSame = ([0, 1] as const).every((axis) => {
    const side = tensor.shape[axis] ?? 0;
    const extent = (window.kernel[axis] - 1) * window.dilationRate[axis] + 1;
    const total = Math.max(
      0,
      (Math.ceil(side / window.strides[axis]) - 1) * window.strides[axis] + extent - side,
    );
    return pads[axis] === Math.floor(total / 2) && pads[axis + 2] === Math.ceil(total / 2);
  });
  const isNone = pads.every((side) => side === 0);
  return isSame && !isNone ? "same" : pads;
}

function readGemm(reader: OnnxReader, node: NodeProto): OnnxValue {
  const [alpha, beta] = [floatOf(node, "alpha", 1), floatOf(node, "beta", 1)];
  if (integerOf(node, "transA", 0) !== 0)
    throw reader.wrong(node, "the images of a product are turned", "transA 0", "1");
  const stored = reader.constant(node.input[2])?.values;
  const [units = 0] =
    (integerOf(node, "transB", 0) === 1
      ? reader.constant(node.input[1])?.shape
      : reader.constant(node.input[1])?.shape.toReversed()) ?? [];
  // One number serves all units.
  const bias =
    stored &&
    Float32Array.from({ length: units }, (_, at) => beta * (stored[at % stored.length] ?? 0));
  return dense(reader, node, integerOf(node, "transB", 0) === 1, bias, alpha);
}

function readMatMul(reader: OnnxReader, node: NodeProto): OnnxValue {
  return dense(reader, node, false, undefined);
}

function dense(
  reader: OnnxReader,
  node: NodeProto,
  turned: boolean,
  bias: Float32Array | undefined,
  scale = 1,
): OnnxValue {
  const stored = reader.constant(node.input[1]);
  const x = flattened(reader, node, input(reader, node));
  if (stored?.shape.length !== 2)
    throw reader.wrong(
      node,
      "the factor of a product must be stored in the file",
      "a matrix",
      stored?.shape.join("x") ?? "a computed one",
    );
  const [first = 0, second = 0] = stored.shape;
  const [depth, units] = turned ? [second, first] : [first, second];
  const matrix = turned ? transposed(stored.values, units, depth) : stored.values;
  const kernel = inOrder(
    matrix.map((value) => value * scale),
    [depth, units],
    x.tensor.order,
  );
  const name = nameOf(node);
  const make = (values: Float32Array) =>
    reader.layer({ type: "Dense", units, activation: "linear", useBias: true }, name, [x], {
      kernel,
      bias: values,
    });
  // A following `Add` gives the bias, so every dense layer has one.
  const made = make(bias ?? new Float32Array(units));
  if (bias !== undefined) return made;
  const add = (values: Float32Array) => {
    reader.setWeight(`${name}/bias`, values);
    return made;
  };
  return { ...made, withoutBias: { add } };
}

function readAdd(reader: OnnxReader, node: NodeProto): OnnxValue {
  const [value, offset] = withConstant(reader, node);
  if (offset !== undefined) return reader.affine(node, nameOf(node), value, ONE, offset);
  return reader.layer({ type: "Add" }, nameOf(node), alike(reader, node));
}

function readBatchNormalization(reader: OnnxReader, node: NodeProto): OnnxValue {
  const value = input(reader, node);
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
  const turn = (values: Float32Array) => inOrder(values, [values.length], value.tensor.order);
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
  const value = input(reader, node);
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
    alpha: inOrder(alpha, [channels], value.tensor.order),
  });
}

function channelSlopes(values: Float32Array, channels: number): Float32Array {
  return values.length === 1 ? new Float32Array(channels).fill(values[0] ?? 0) : values;
}

/** Rows and columns cut off a map. */
function readSlice(reader: OnnxReader, node: NodeProto): OnnxValue {
  const x = mapInput(reader, node);
  const [starts, ends, axes, steps] = node.input
    .slice(1)
    .map((name) => reader.constant(name)?.values);
  const isCropping =
    axes?.join() === "2,3" && (steps === undefined || steps.every((step) => step === 1));
  if (starts === undefined || ends === undefined || !isCropping)
    throw reader.wrong(
      node,
      "it takes a part that is not computed here",
      "rows and columns of a map",
      `axes ${axes?.join() ?? "computed"}`,
    );
  const cropped = ([0, 1] as const).map((axis): Pair => {
    const side = x.sides[axis];
    const [start = 0, end = side] = [starts[axis], ends[axis]];
    const [from, to] = [
      start < 0 ? side + start : start,
      end < 0 ? side + end : Math.min(end, side),
    ];
    return [from, side - to];
  });
  const [rows = [0, 0], columns = [0, 0]] = cropped;
  return reader.layer({ type: "Cropping2D", cropping: [rows, columns] }, nameOf(node), [x]);
}

function readClip(reader: OnnxReader, node: NodeProto): OnnxValue {
  const least = reader.constant(node.input[1])?.values[0] ?? floatOf(node, "min", -LARGEST_FLOAT);
  const most = reader.constant(node.input[2])?.values[0] ?? floatOf(node, "max", LARGEST_FLOAT);
  if (least !== 0)
    throw reader.wrong(
      node,
      "values are limited in a way that is not computed here",
      "from 0",
      String(least),
    );
  const of: Activation =
    most === 6 ? "relu6" : { name: "ReLU", maxValue: most, negativeSlope: 0, threshold: 0 };
  return reader.layer({ type: "Activation", activation: of }, nameOf(node), [input(reader, node)]);
}

function readSoftmax(reader: OnnxReader, node: NodeProto): OnnxValue {
  const value = input(reader, node);
  const rank = value.tensor.shape.length + 1;
  const axis = integerOf(node, "axis", -1);
  const channels = rank === 4 && value.channelsFirst ? 1 : rank - 1;
  if ((axis + rank) % rank !== channels)
    throw reader.wrong(
      node,
      "the softmax works on another axis than the channels",
      String(channels),
      String(axis),
    );
  return reader.layer({ type: "Activation", activation: "softmax" }, nameOf(node), [value]);
}

/** With a constant, each channel is multiplied. Gates and activations that are written as products are found before. */
function readMul(reader: OnnxReader, node: NodeProto): OnnxValue {
  const [value, factor] = withConstant(reader, node);
  if (factor !== undefined) return reader.affine(node, nameOf(node), value, factor, ZERO);
  return reader.layer({ type: "Multiply" }, nameOf(node), alike(reader, node));
}

const ZERO = Float32Array.of(0);
const ONE = Float32Array.of(1);

/** Returns the computed input, and the constant one if there is one. */
function withConstant(
  reader: OnnxReader,
  node: NodeProto,
): readonly [value: OnnxValue, constant: Float32Array | undefined] {
  const [left = "", right = ""] = node.input;
  const constant = reader.constant(left) ?? reader.constant(right);
  return [reader.value(reader.constant(left) === undefined ? left : right), constant?.values];
}

function readSub(reader: OnnxReader, node: NodeProto): OnnxValue {
  const [left = "", right = ""] = node.input;
  const [minuend, subtrahend] = [reader.constant(left)?.values, reader.constant(right)?.values];
  if (subtrahend !== undefined)
    return reader.affine(
      node,
      nameOf(node),
      reader.value(left),
      ONE,
      subtrahend.map((value) => -value),
    );
  const name = `${nameOf(node)}/negative`;
  if (minuend !== undefined)
    return reader.affine(node, nameOf(node), reader.value(right), Float32Array.of(-1), minuend);
  const negative = reader.affine(node, name, reader.value(right), Float32Array.of(-1), ZERO);
  return reader.layer({ type: "Add" }, nameOf(node), [reader.value(left), negative]);
}

function readDiv(reader: OnnxReader, node: NodeProto): OnnxValue {
  const [left = "", right = ""] = node.input;
  const divisor = reader.constant(right)?.values;
  if (divisor === undefined)
    throw reader.wrong(node, "it divides by a computed value", "a constant", right);
  return reader.affine(
    node,
    nameOf(node),
    reader.value(left),
    divisor.map((value) => 1 / value),
    ZERO,
  );
}

function pool(type: "MaxPooling2D" | "AveragePooling2D"): ReadOperator {
  return (reader, node) => {
    const x = mapInput(reader, node);
    const [rows = 1, columns = 1] = integersOf(node, "kernel_shape") ?? [];
    const poolSize: Pair = [rows, columns];
    const strides = pairOf(node, "strides", 1);
    const window = { kernel: poolSize, strides, dilationRate: pairOf(node, "dilations", 1) };
    const pads = padsOf(reader, node, x, window);
    const padding = pads === "same" ? pads : poolPadding(pads, poolSize);
    const [height, width] = x.sides;
    const ceil =
      integerOf(node, "ceil_mode", 0) === 1 && !endsEvenly([height, width], window, pads);
    const countsPadding = integerOf(node, "count_include_pad", 0) === 1;
    const isAverage = type === "AveragePooling2D";
    const fits =
      !isAverage || pads === "same"
        ? !(isAverage && countsPadding)
        : padding === "valid" || countsPadding;
    if (padding === undefined || ceil || !fits || window.dilationRate.some((rate) => rate !== 1))
      throw reader.wrong(
        node,
        "the pool pads in a way that is not computed here",
        "Keras' same, none, or PyTorch's with the padding counted",
        `pads ${String(pads)}`,
      );
    return reader.layer({ type, poolSize, strides, padding }, nameOf(node), [x]);
  };
}

function poolPadding(pads: Sides, [rows, columns]: Pair) {
  if (pads.every((side) => side === 0)) return "valid";
  const [row, column] = [Math.floor(rows / 2), Math.floor(columns / 2)];
  return pads[0] === row && pads[2] === row && pads[1] === column && pads[3] === column
    ? "symmetric"
    : undefined;
}

function endsEvenly(sides: Pair, { kernel, strides }: PaddedWindow, pads: Sides | "same"): boolean {
  if (pads === "same") return true;
  return ([0, 1] as const).every(
    (axis) =>
      (sides[axis] + (pads[axis] ?? 0) + (pads[axis + 2] ?? 0) - kernel[axis]) % strides[axis] ===
      0,
  );
}

/** The result is a vector here until an operator needs a map of 1x1. */
function globalPool(type: "MaxPooling2D" | "AveragePooling2D"): ReadOperator {
  return (reader, node) => {
    const x = mapInput(reader, node);
    if (type === "AveragePooling2D")
      return reader.layer({ type: "GlobalAveragePooling2D" }, nameOf(node), [x]);
    const [height, width] = x.sides;
    const whole: Pair = [height, width];
    const pooled = reader.layer(
      { type, poolSize: whole, strides: whole, padding: "valid" },
      `${nameOf(node)}/map`,
      [x],
    );
    return reader.layer({ type: "Flatten" }, nameOf(node), [pooled]);
  };
}

function readReduceMean(reader: OnnxReader, node: NodeProto): OnnxValue {
  const value = input(reader, node);
  const axes = integersOf(node, "axes") ?? [...(reader.constant(node.input[1])?.values ?? [])];
  const sorted = axes.map((axis) => (axis + 4) % 4).sort((a, b) => a - b);
  const expected = value.channelsFirst ? [2, 3] : [1, 2];
  if (value.tensor.shape.length === 3 && sorted.join() === expected.join())
    return reader.layer({ type: "GlobalAveragePooling2D" }, nameOf(node), [value]);
  throw reader.wrong(
    node,
    "the mean is taken over other axes than height and width",
    expected.join(", "),
    axes.join(", "),
  );
}

function readPad(reader: OnnxReader, node: NodeProto): OnnxValue {
  const x = mapInput(reader, node);
  const pads = [...(reader.constant(node.input[1])?.values ?? integersOf(node, "pads") ?? [])];
  const value = reader.constant(node.input[2])?.values[0] ?? floatOf(node, "value", 0);
  const [n, c, top = 0, left = 0, n2, c2, bottom = 0, right = 0] = pads;
  const mode = textOf(node, "mode") || "constant";
  if (
    pads.length !== 8 ||
    [n, c, n2, c2].some((side) => side !== 0) ||
    value !== 0 ||
    mode !== "constant"
  )
    throw reader.wrong(
      node,
      "it pads in a way that is not computed here",
      "zeros around height and width",
      `${pads.join(",")} with ${value}`,
    );
  const padding = [
    [top, bottom],
    [left, right],
  ] as const;
  return reader.layer({ type: "ZeroPadding2D", padding }, nameOf(node), [x]);
}

function flattened(reader: OnnxReader, node: NodeProto, value: OnnxValue): OnnxValue {
  if (value.tensor.shape.length !== 3) return value;
  const { tensor } = reader.layer({ type: "Flatten" }, `${nameOf(node)}/flat`, [value]);
  const order = value.channelsFirst ? flattenedOrder(value.tensor.shape) : undefined;
  return { tensor: { ...tensor, order }, channelsFirst: value.channelsFirst };
}

/** PyTorch computes the batch of `view(x.size(0), -1)` in nodes of its own, so a computed shape means a vector. */
function readReshape(reader: OnnxReader, node: NodeProto): OnnxValue {
  const value = input(reader, node);
  const target = reader.constant(node.input[1])?.values;
  if (target === undefined || target.length === 2) return flattened(reader, node, value);
  const size = sizeOf(value.tensor.shape);
  const sides = [...target].slice(1);
  const known = sizeOf(sides.filter((side) => side > 0));
  const shape = sides.map((side) => (side > 0 ? side : size / known));
  if (shape.length === 3 && sizeOf(shape) === size) {
    if (value.tensor.shape.length === 3 && shape.slice(1).every((side) => side === 1)) return value;
    return reshapedToMap(reader, node, value, shape);
  }
  throw reader.wrong(
    node,
    "it gives the values a form that is not computed here",
    "a vector or a map",
    [...target].join("x"),
  );
}

/** A map whose channels come last is turned by the node that reads it. */
function reshapedToMap(
  reader: OnnxReader,
  node: NodeProto,
  value: OnnxValue,
  shape: Shape,
): OnnxValue {
  const channelsFirst = !reader.isTurnedNext(nameOf(node));
  const [first = 1, second = 1, third = 1] = shape;
  const [height, width, channels] = channelsFirst ? [second, third, first] : [first, second, third];
  if (channelsFirst && channels > 1 && height * width > 1)
    throw reader.wrong(
      node,
      "it makes maps of several channels from a vector",
      "one channel, or channels last",
      shape.join("x"),
    );
  const tensor = reader.reshapedInput([height, width, channels]);
  if (tensor !== undefined) return { tensor, channelsFirst };
  const map = { type: "Reshape", targetShape: [height, width, channels] } as const;
  return { ...reader.layer(map, nameOf(node), [value]), channelsFirst };
}

function readTranspose(reader: OnnxReader, node: NodeProto): OnnxValue {
  const value = input(reader, node);
  const perm = (integersOf(node, "perm") ?? []).join();
  if (value.tensor.shape.length !== 3) {
    // A vector stands for a map of 1x1, whose order does not matter.
    return value;
  }
  if (perm === "0,3,1,2" && !value.channelsFirst) return { ...value, channelsFirst: true };
  if (perm === "0,2,3,1" && value.channelsFirst) return { ...value, channelsFirst: false };
  throw reader.wrong(
    node,
    "it turns the axes in a way that is not computed here",
    "channels to the front or to the end",
    perm,
  );
}

function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  return values.map((_, index) => values[(index % rows) * columns + Math.floor(index / rows)] ?? 0);
}
