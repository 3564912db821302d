/** Brings values of an ONNX file into the form that a layer reads: a map with its channels last, or a vector. */
import { greatestOf } from "../../core/numbers.ts";
import { type Shape, sizeOf } from "../../core/shape.ts";
import { flattenedOrder, inOrder } from "../graphAssembler.ts";
import { axisIn, type Constant, joined } from "./constants.ts";
import { integerOf } from "./nodeAttributes.ts";
import type { NodeProto } from "./onnxMessages.ts";
import { dimsOf, type OnnxReader, type OnnxValue } from "./onnxReader.ts";

export function nameOf(node: NodeProto): string {
  return node.output[0] ?? node.name ?? "";
}

export function input(reader: OnnxReader, node: NodeProto): OnnxValue {
  return reader.value(node.input[0] ?? "");
}

/** Values of the same order in the file and in the graph: where one side has one value, channels may stand first or last. */
function isPlain({ tensor, channelsFirst }: OnnxValue): boolean {
  const [height = 1, width = 1, channels = 1] = tensor.shape;
  if (tensor.shape.length !== 3) return tensor.order === undefined;
  return !channelsFirst || channels === 1 || height * width === 1;
}

/**
 * Gives the graph a map that the file has as `[channels, height, width]`.
 * @throws PlaygroundError `file.invalid` where the values have another order.
 */
export function asMap(reader: OnnxReader, node: NodeProto, value: OnnxValue): OnnxValue {
  const { tensor, dims } = value;
  const [channels = 1, height = 1, width = 1] = dims;
  const shape = [height, width, channels] as const;
  if (dims.length > 3 || (dims.length !== 3 && sizeOf(dims.slice(1)) > 1))
    throw reader.wrong(
      node,
      "the operator works here on images",
      "[batch, channels, height, width]",
      `[batch, ${dims.join(", ")}]`,
    );
  const isSame = isPlain(value) && (channels === 1 || height * width === 1);
  if (tensor.shape.join() === shape.join() && (value.channelsFirst || isSame))
    return { ...value, dims: [channels, height, width], channelsFirst: true };
  const keepsChannels =
    tensor.shape.length === 3 && value.channelsFirst && tensor.shape[2] === channels;
  const isFlattened =
    tensor.order !== undefined && tensor.order.join() === flattenedOrder(shape).join();
  if (keepsChannels || isFlattened || isSame) return reshaped(reader, value, shape);
  // A reshape of the same values to this shape, as `reshaped` makes it, has them in another order.
  const name = `${tensor.name}/turned${shape.join("x")}`;
  return reader.formOf(name, () => {
    const first = inShape(reader, inFileOrder(reader, node, value), [channels, height, width]);
    return {
      ...reader.layer({ type: "Permute", dims: [2, 3, 1] }, name, [first]),
      dims: [channels, height, width],
      channelsFirst: true,
    };
  });
}

/**
 * Gives the graph the values of a map or a vector in the file's order.
 * @throws PlaygroundError `file.invalid` for a vector whose order no layer changes.
 */
export function inFileOrder(reader: OnnxReader, node: NodeProto, value: OnnxValue): OnnxValue {
  if (isPlain(value)) return { ...value, channelsFirst: false };
  if (value.tensor.shape.length !== 3)
    throw reader.wrong(
      node,
      "it reads the values of a flattened map in another form",
      "a vector",
      `[batch, ${value.dims.join(", ")}]`,
    );
  const name = `${value.tensor.name}/first`;
  const { tensor } = reader.formOf(name, () =>
    reader.layer({ type: "Permute", dims: [3, 1, 2] }, name, [value]),
  );
  return { tensor, dims: value.dims, channelsFirst: false };
}

/** Another shape in the graph for values that are in the file's order. */
export function inShape(
  reader: OnnxReader,
  value: OnnxValue,
  targetShape: readonly [number, number, number],
): OnnxValue {
  if (value.tensor.shape.join() === targetShape.join()) return value;
  const name = `${value.tensor.name}/as${targetShape.join("x")}`;
  const { tensor } = reader.formOf(name, () =>
    reader.layer({ type: "Reshape", targetShape }, name, [value]),
  );
  return { tensor, dims: value.dims, channelsFirst: false };
}

function reshaped(reader: OnnxReader, value: OnnxValue, shape: readonly [number, number, number]) {
  const name = `${value.tensor.name}/map${shape.join("x")}`;
  return reader.formOf(name, () => {
    const { tensor } = reader.layer({ type: "Reshape", targetShape: shape }, name, [value]);
    return {
      tensor: { ...tensor, order: undefined },
      dims: dimsOf(shape, true),
      channelsFirst: true,
    };
  });
}

/** The input of a node as a map, with its sides. */
export function mapInput(
  reader: OnnxReader,
  node: NodeProto,
): OnnxValue & { readonly sides: readonly [height: number, width: number, channels: number] } {
  const map = asMap(reader, node, input(reader, node));
  const [channels = 1, height = 1, width = 1] = map.dims;
  return { ...map, sides: [height, width, channels] };
}

/** Gives the graph a vector. Its `order` says where the file has each of its values. */
export function asVector(reader: OnnxReader, value: OnnxValue): OnnxValue {
  const { tensor } = value;
  const dims = [sizeOf(value.dims)];
  if (tensor.shape.length !== 3) return { ...value, dims };
  const name = `${tensor.name}/flat`;
  return reader.formOf(name, () => {
    const flat = reader.layer({ type: "Flatten" }, name, [value]);
    const order = isPlain(value) ? undefined : flattenedOrder(tensor.shape);
    return { ...flat, dims, tensor: { ...flat.tensor, order } };
  });
}

/**
 * The form of a value that is read channel by channel: a flattened map becomes a vector, and a map whose axes the graph has
 * joined otherwise becomes one of the file's axes.
 */
export function asListed(reader: OnnxReader, node: NodeProto, value: OnnxValue): OnnxValue {
  const { dims, tensor } = value;
  if (tensor.shape.length !== 3) return value;
  if (dims.length === 1) return asVector(reader, value);
  const isJoined = dims.length === 3 && graphAxis(value, 0) === undefined;
  if (!isJoined) return value;
  const isLast = isPlain(value) && dims[2] === tensor.shape[2];
  return isLast ? lastMap(reader, value) : asMap(reader, node, value);
}

/** The axis of the graph's map on which the file's axis lies, counted from 0; undefined where it lies across several. */
export function graphAxis({ tensor, dims, channelsFirst }: OnnxValue, axis: number) {
  const { shape } = tensor;
  if (shape.length !== 3) return dims.length === 1 && axis === 0 ? 0 : undefined;
  if (dims.join() !== dimsOf(shape, channelsFirst).join()) return undefined;
  return channelsFirst ? (axis + 2) % 3 : axis;
}

/**
 * Values that are joined element by element, as layers can join them: all vectors of one order, or all maps of one layout.
 * Values that stand for the same places, `[channels, 1, 1]` and `[channels]`, become alike.
 */
export function alike(reader: OnnxReader, node: NodeProto): readonly OnnxValue[] {
  const values = node.input.map((name) => reader.value(name));
  const rank = greatestOf(values.map(({ dims }) => dims.length));
  if (values.some(({ dims }) => dims.length !== rank))
    throw reader.wrong(
      node,
      "values of different ranks are joined",
      "one rank",
      values.map(({ dims }) => `[batch, ${dims.join(", ")}]`).join(" and "),
    );
  const largest = values.reduce((one, other) =>
    sizeOf(other.dims) > sizeOf(one.dims) ? other : one,
  );
  const same = (value: OnnxValue): OnnxValue => {
    if (isAlike(value, largest)) return value;
    if (largest.tensor.shape.length === 3 && largest.channelsFirst)
      return asMap(reader, node, value);
    if (largest.tensor.shape.length === 3 && rank === 3)
      return lastMap(reader, inFileOrder(reader, node, value));
    if (largest.tensor.shape.length === 1) {
      const vector = asVector(reader, value);
      if (isAlike(vector, largest)) return { ...vector, dims: value.dims };
    }
    throw reader.wrong(
      node,
      "values in different orders are joined",
      "one order",
      node.input.join(", "),
    );
  };
  return values.map(same);
}

function isAlike(one: OnnxValue, other: OnnxValue): boolean {
  const [a, b] = [one.tensor, other.tensor];
  if (a.shape.length !== b.shape.length) return false;
  if (a.shape.length === 1) return a.order?.join() === b.order?.join();
  return isPlain(one) === isPlain(other) || one.channelsFirst === other.channelsFirst;
}

/** A map whose channels stand last in the file, too, of values that are in the file's order. */
export function lastMap(reader: OnnxReader, value: OnnxValue): OnnxValue {
  if (!isPlain(value) || value.dims.length !== 3) return value;
  if (value.tensor.shape.join() === value.dims.join()) return { ...value, channelsFirst: false };
  const [height = 1, width = 1, channels = 1] = value.dims;
  return inShape(reader, { ...value, channelsFirst: false }, [height, width, channels]);
}

/**
 * Brings a constant that is joined with a value into the graph's order.
 * @returns one number, one for each channel of a map or value of a vector, or one for each value.
 */
export function joinedConstant(
  reader: OnnxReader,
  node: NodeProto,
  { tensor, dims, channelsFirst }: OnnxValue,
  constant: Constant,
): Float32Array {
  const [one = 0] = constant.values;
  const whole = [1, ...dims];
  const shape = withinOld(node, constant.shape, whole.length);
  if (joined(whole, shape).join() !== whole.join())
    throw reader.wrong(
      node,
      "a constant is joined with a value of another shape",
      `[batch, ${dims.join(", ")}]`,
      constant.shape.join("x"),
    );
  if (constant.values.every((value) => value === one)) return Float32Array.of(one);
  const own = whole.map((_, axis) => shape[axis - whole.length + shape.length] ?? 1);
  const strides = own.map((side, axis) => (side === 1 ? 0 : sizeOf(own.slice(axis + 1))));
  const inFile = (place: number) => {
    let [rest, from] = [place, 0];
    for (let axis = whole.length - 1; axis > 0; axis -= 1) {
      const side = whole[axis] ?? 1;
      from += (rest % side) * (strides[axis] ?? 0);
      rest = Math.floor(rest / side);
    }
    return constant.values[from] ?? 0;
  };
  const size = sizeOf(dims);
  const channels = tensor.shape.at(-1) ?? 1;
  const places = size / channels;
  const values = Float32Array.from({ length: size }, (_, place) =>
    inFile(
      tensor.shape.length === 3 && channelsFirst
        ? (place % channels) * places + Math.floor(place / channels)
        : place,
    ),
  );
  if (tensor.shape.length !== 3) return inOrder(values, [size], tensor.order);
  return values.every((value, at) => value === values[at % channels])
    ? values.slice(0, channels)
    : values;
}

/** Before operator set 7, `axis` says on which axis a constant begins. */
function withinOld(node: NodeProto, shape: Shape, rank: number): Shape {
  if (integerOf(node, "broadcast", 0) !== 1) return shape;
  const given = integerOf(node, "axis", -1);
  const axis = given === -1 ? rank - shape.length : axisIn(given, rank);
  return Array.from({ length: rank }, (_, at) => shape[at - axis] ?? 1);
}

/** A map whose last axis has this many values, which are neighbours in the file. */
export function withLast(
  reader: OnnxReader,
  node: NodeProto,
  value: OnnxValue,
  size: number,
): OnnxValue {
  const { tensor, channelsFirst, dims } = value;
  if (tensor.shape.length === 3 && tensor.shape[2] === size && !channelsFirst) return value;
  return inShape(reader, inFileOrder(reader, node, value), [1, sizeOf(dims) / size, size]);
}
