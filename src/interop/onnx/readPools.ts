/** Reads ONNX's pools and reductions. */
import type { Pair } from "../../core/shape.ts";
import { axesOf, axisIn } from "./constants.ts";
import { asListed, graphAxis, input, mapInput, nameOf } from "./layouts.ts";
import { concatenated, edgePadded, rowsAndColumns } from "./mapParts.ts";
import { integerOf, integersOf, pairOf } from "./nodeAttributes.ts";
import type { NodeProto } from "./onnxMessages.ts";
import type { OnnxReader, OnnxValue } from "./onnxReader.ts";
import { channelSums } from "./readProducts.ts";
import { type PaddedWindow, padsOf, type Sides } from "./windows.ts";

type Pooling = "MaxPooling2D" | "AveragePooling2D";

export function pool(type: Pooling) {
  return (reader: OnnxReader, node: NodeProto): OnnxValue => {
    const x = mapInput(reader, node);
    const [rows = 1, columns = 1] = integersOf(node, "kernel_shape") ?? [];
    const kernel = [rows, columns] as const;
    const strides = pairOf(node, "strides", 1);
    const window = { kernel, strides, dilationRate: pairOf(node, "dilations", 1) };
    if (window.dilationRate.some((rate) => rate !== 1))
      throw reader.wrong(
        node,
        "the pool leaves out values within its window",
        "dilations of 1",
        window.dilationRate.join(" and "),
      );
    const pads = padsOf(node, x, window, integerOf(node, "ceil_mode", 0) === 1);
    const layer = (padding: "same" | "valid" | "symmetric", from: OnnxValue) =>
      reader.layer({ type, poolSize: kernel, strides, padding }, nameOf(node), [from]);
    const countsPadding = integerOf(node, "count_include_pad", 0) === 1;
    const isPadded = pads.sides.some((side) => side > 0);
    if (!isPadded) return layer("valid", x);
    if (pads.isSame && !(type === "AveragePooling2D" && countsPadding)) return layer("same", x);
    const isGiven = integersOf(node, "pads")?.join() === pads.sides.join();
    if (isGiven && isSymmetric(pads.sides, kernel) && (type === "MaxPooling2D" || countsPadding))
      return layer("symmetric", x);
    const name = `${nameOf(node)}/padding`;
    if (type === "MaxPooling2D" && !isNeverNegative(reader, x))
      return layer("valid", edgePadded(reader, name, x, pads.sides));
    const [top, left, bottom, right] = pads.sides;
    const padding = [
      [top, bottom],
      [left, right],
    ] as const;
    const padded = reader.layer({ type: "ZeroPadding2D", padding }, name, [x]);
    if (type === "MaxPooling2D") return layer("valid", padded);
    const factors = paddingFactors(node, x, window, pads.sides, countsPadding);
    if (factors.every((list) => list.every((factor) => factor === 1)))
      return layer("valid", padded);
    const sums = reader.layer(
      { type, poolSize: kernel, strides, padding: "valid" },
      `${nameOf(node)}/sums`,
      [padded],
    );
    return scaledByPlace(reader, node, sums, factors);
  };
}

/** PyTorch's padding by half of the window. */
function isSymmetric(sides: Sides, [rows, columns]: Pair): boolean {
  const [row, column] = [Math.floor(rows / 2), Math.floor(columns / 2)];
  return sides.join() === [row, column, row, column].join();
}

const NEVER_NEGATIVE = new Set<unknown>(["relu", "relu6", "sigmoid", "hard_sigmoid", "softmax"]);

/** Whether zeros around a map change no maximum. */
function isNeverNegative(reader: OnnxReader, value: OnnxValue): boolean {
  const layer = reader.makerOf(value);
  if (layer === undefined) return false;
  if (layer.type === "Activation" || layer.type === "Conv2D")
    return NEVER_NEGATIVE.has(layer.activation);
  const isKeeping =
    layer.type === "Concatenate" || layer.type === "MaxPooling2D" || layer.type === "Dropout";
  const of = (name: string) => ({ ...value, tensor: { ...value.tensor, name } });
  return isKeeping && layer.inputs.every((name) => isNeverNegative(reader, of(name)));
}

/** For each row and each column of an average over padding, by what the mean of the whole window must be multiplied. */
function paddingFactors(
  node: NodeProto,
  { tensor }: OnnxValue,
  { kernel, strides }: PaddedWindow,
  sides: Sides,
  countsPadding: boolean,
): readonly [rows: readonly number[], columns: readonly number[]] {
  const given = integersOf(node, "pads") ?? [];
  const along = (axis: 0 | 1) => {
    const side = tensor.shape[axis] ?? 1;
    const [before, after] = [sides[axis], sides[axis + 2] ?? 0];
    const size = kernel[axis];
    const count = Math.floor((side + before + after - size) / strides[axis]) + 1;
    const last = countsPadding ? side + (given[axis + 2] ?? 0) : side;
    return Array.from({ length: count }, (_, at) => {
      const start = at * strides[axis] - before;
      const counted = Math.min(start + size, last) - (countsPadding ? start : Math.max(start, 0));
      return size / counted;
    });
  };
  return [along(0), along(1)];
}

/** Multiplies the rows and the columns of a map. Neighbours with one factor stay together. */
function scaledByPlace(
  reader: OnnxReader,
  node: NodeProto,
  map: OnnxValue,
  [rows, columns]: readonly [readonly number[], readonly number[]],
): OnnxValue {
  const along = (from: OnnxValue, axis: 0 | 1, factors: readonly number[], name: string) => {
    const starts = factors.flatMap((factor, at) => (factor === factors[at - 1] ? [] : [at]));
    if (starts.length === 1 && factors[0] === 1) return from;
    const parts = starts.map((start, at) => {
      const end = starts[at + 1] ?? factors.length;
      const part = rowsAndColumns(reader, `${name}/${at}/part`, from, axis, [start, end]);
      const factor = factors[start] ?? 1;
      if (factor === 1) return part;
      return reader.affine(
        node,
        `${name}/${at}/scaled`,
        part,
        Float32Array.of(factor),
        Float32Array.of(0),
      );
    });
    return concatenated(reader, name, parts, axis + 1);
  };
  const name = nameOf(node);
  return along(along(map, 0, rows, `${name}/rows`), 1, columns, name);
}

/** The result is a vector here until an operator needs a map of 1x1. */
export function globalPool(type: Pooling) {
  return (reader: OnnxReader, node: NodeProto): OnnxValue => {
    const x = mapInput(reader, node);
    const pooled = type === "AveragePooling2D" ? meanOf : maximumOf;
    return { ...pooled(reader, nameOf(node), x), dims: [x.sides[2], 1, 1] };
  };
}

function meanOf(reader: OnnxReader, name: string, map: OnnxValue): OnnxValue {
  return reader.layer({ type: "GlobalAveragePooling2D" }, name, [map]);
}

function maximumOf(reader: OnnxReader, name: string, map: OnnxValue): OnnxValue {
  const [height = 1, width = 1] = map.tensor.shape;
  const pooled = pooledOver(reader, `${name}/map`, map, "MaxPooling2D", [height, width]);
  return reader.layer({ type: "Flatten" }, name, [pooled]);
}

function pooledOver(
  reader: OnnxReader,
  name: string,
  map: OnnxValue,
  type: Pooling,
  poolSize: Pair,
): OnnxValue {
  return reader.layer({ type, poolSize, strides: poolSize, padding: "valid" }, name, [map]);
}

type Reduction = "mean" | "sum" | "maximum";

/** Means, sums and maxima over height, width or channels. */
export function reduction(kind: Reduction) {
  return (reader: OnnxReader, node: NodeProto): OnnxValue => {
    const value = asListed(reader, node, input(reader, node));
    const { dims } = value;
    const given = axesOf(node, reader.constant(node.input[1])) ?? [];
    const axes = given.map((axis) => axisIn(axis, dims.length + 1) - 1);
    const keeps = integerOf(node, "keepdims", 1) === 1;
    const left = keeps
      ? dims.map((side, axis) => (axes.includes(axis) ? 1 : side))
      : dims.filter((_, axis) => !axes.includes(axis));
    if (axes.every((axis) => dims[axis] === 1)) return { ...value, dims: left };
    const own = new Set(axes.flatMap((axis) => graphAxesOf(value, axis)));
    const made = reduced(reader, node, value, kind, [...own].sort().join());
    if (axes.length > 0 && made !== undefined) return { ...made, dims: left };
    throw reader.wrong(
      node,
      `the ${kind} is taken over other axes than height, width or channels`,
      "these axes of a map",
      `${axes.map((axis) => axis + 1).join(", ") || "all"} of [batch, ${dims.join(", ")}]`,
    );
  };
}

/** @param over the axes of the graph's map `[height, width, channels]`. */
function reduced(
  reader: OnnxReader,
  node: NodeProto,
  value: OnnxValue,
  kind: Reduction,
  over: string,
): OnnxValue | undefined {
  const { shape } = value.tensor;
  const [height = 1, width = 1, channels = 1] = shape;
  const name = nameOf(node);
  const type = kind === "maximum" ? "MaxPooling2D" : "AveragePooling2D";
  const times = (mean: OnnxValue, count: number) =>
    kind === "sum"
      ? reader.affine(node, `${name}/sum`, mean, Float32Array.of(count), Float32Array.of(0))
      : mean;
  switch (over) {
    case "0,1":
      if (kind === "maximum") return maximumOf(reader, name, value);
      return times(meanOf(reader, name, value), height * width);
    case "0":
      return times(pooledOver(reader, name, value, type, [height, 1]), height);
    case "1":
      return times(pooledOver(reader, name, value, type, [1, width]), width);
    case "2": {
      if (kind !== "maximum") {
        const each = kind === "sum" ? 1 : 1 / channels;
        return channelSums(reader, name, value, new Float32Array(channels).fill(each));
      }
      const inRows = { type: "Reshape", targetShape: [height * width, channels, 1] } as const;
      const rows = reader.layer(inRows, `${name}/rows`, [value]);
      const most = pooledOver(reader, `${name}/most`, rows, type, [1, channels]);
      const map = { type: "Reshape", targetShape: [height, width, 1] } as const;
      return reader.layer(map, name, [most]);
    }
    default:
      return undefined;
  }
}

/** `[channels, places]` and `[places, channels]` are maps whose height and width are one axis. */
function graphAxesOf(value: OnnxValue, axis: number): readonly number[] {
  const own = graphAxis(value, axis);
  if (value.tensor.shape.length !== 3) return [-1];
  if (own !== undefined) return [own];
  const [height = 1, width = 1, channels = 1] = value.tensor.shape;
  const form = value.channelsFirst ? [channels, height * width] : [height * width, channels];
  const isKnown = value.dims.join() === form.join();
  if (!isKnown || axis > 1 || axis < 0) return [-1];
  return (axis === 0) === value.channelsFirst ? [2] : [0, 1];
}
