/**
 * The constants of an ONNX graph. Exporters compute shapes and weights by nodes of the graph, so nodes whose inputs are all
 * constant are computed here while the file is read.
 */
import { fromHalf } from "../../core/halfFloat.ts";
import { type Shape, sizeOf } from "../../core/shape.ts";
import { integerOf, integersOf } from "./nodeAttributes.ts";
import type { NodeProto, TensorProto } from "./onnxMessages.ts";
import { formulaOf } from "./pointFunctions.ts";

export interface Constant {
  readonly shape: Shape;
  /** NaN stands for the size of the batch, which no file fixes for the graph. */
  readonly values: Float32Array;
  /** Whole numbers are divided without a remainder. */
  readonly isWhole: boolean;
}

/** A constant may grow to this many values while a file is read. */
const MOST_VALUES = 2 ** 22;

const WIDTHS = {
  1: 4,
  2: 1,
  3: 1,
  4: 2,
  5: 2,
  6: 4,
  7: 8,
  9: 1,
  10: 2,
  11: 8,
  12: 4,
  13: 8,
  16: 2,
};
type ElementType = keyof typeof WIDTHS;
const FLOATING: readonly number[] = [1, 10, 11, 16];

function isElementType(type: number | undefined): type is ElementType {
  return type !== undefined && Object.keys(WIDTHS).includes(String(type));
}

/**
 * @param external the bytes of a tensor that is stored in another file.
 * @returns undefined for types other than numbers, and where the file has another number of values than the shape says.
 */
export function constantOf(tensor: TensorProto, external?: Uint8Array): Constant | undefined {
  const { dataType, dims } = tensor;
  if (!isElementType(dataType)) return undefined;
  const shape = dims.map(Number);
  const raw = external ?? tensor.rawData;
  const values = raw?.length ? rawNumbers(raw, dataType) : typedNumbers(tensor, dataType);
  if (values?.length !== sizeOf(shape)) return undefined;
  return { shape, values, isWhole: !FLOATING.includes(dataType) };
}

function rawNumbers(raw: Uint8Array, type: ElementType): Float32Array | undefined {
  const width = WIDTHS[type];
  if (raw.length % width !== 0) return undefined;
  const { buffer } = raw.slice();
  switch (type) {
    case 1:
      return new Float32Array(buffer);
    case 2:
    case 9:
      return Float32Array.from(raw);
    case 3:
      return Float32Array.from(new Int8Array(buffer));
    case 4:
      return Float32Array.from(new Uint16Array(buffer));
    case 5:
      return Float32Array.from(new Int16Array(buffer));
    case 6:
      return Float32Array.from(new Int32Array(buffer));
    case 7:
      return Float32Array.from(new BigInt64Array(buffer), Number);
    case 10:
      return Float32Array.from(new Uint16Array(buffer), fromHalf);
    case 11:
      return Float32Array.from(new Float64Array(buffer));
    case 12:
      return Float32Array.from(new Uint32Array(buffer));
    case 13:
      return Float32Array.from(new BigUint64Array(buffer), Number);
    case 16:
      return Float32Array.from(new Uint16Array(buffer), brainNumber);
  }
}

function typedNumbers(tensor: TensorProto, type: ElementType): Float32Array | undefined {
  const { floatData, int32Data, int64Data, doubleData } = tensor;
  switch (type) {
    case 1:
      return Float32Array.from(floatData);
    case 7:
      return Float32Array.from(int64Data, Number);
    case 11:
      return Float32Array.from(doubleData);
    case 10:
      return Float32Array.from(int32Data, fromHalf);
    case 16:
      return Float32Array.from(int32Data, brainNumber);
    case 12:
    case 13:
      return undefined;
    default:
      return Float32Array.from(int32Data);
  }
}

/** Returns the value of the bits of a bfloat16, the upper half of a float32. */
function brainNumber(bits: number): number {
  return new Float32Array(Uint32Array.of(bits << 16).buffer)[0] ?? 0;
}

export function wholeNumbers(values: readonly number[], shape: Shape = [values.length]): Constant {
  return { shape, values: Float32Array.from(values), isWhole: true };
}

/** The rank is that of the value that an axis belongs to; negative axes count from its end. */
export function axisIn(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

type Operands = readonly (Constant | undefined)[];
type Fold = (node: NodeProto, operands: Operands) => Constant | readonly Constant[] | undefined;

const FOLDS: Readonly<Record<string, Fold>> = {
  Identity: (_, [x]) => x,
  Reshape: (_, [x, target]) => x && target && { ...x, shape: targetShape(x, [...target.values]) },
  Flatten(node, [x]) {
    if (x === undefined) return undefined;
    const axis = axisIn(integerOf(node, "axis", 1), x.shape.length);
    return { ...x, shape: [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))] };
  },
  Transpose(node, [x]) {
    if (x === undefined) return undefined;
    const perm = integersOf(node, "perm") ?? x.shape.map((_, axis) => x.shape.length - 1 - axis);
    const strides = stridesOf(x.shape);
    return strided(x, pick(x.shape, perm), pick(strides, perm), 0);
  },
  Squeeze(node, [x, given]) {
    if (x === undefined) return undefined;
    const axes = axesOf(node, given)?.map((axis) => axisIn(axis, x.shape.length));
    const isKept = (side: number, axis: number) =>
      axes === undefined ? side !== 1 : !axes.includes(axis);
    return { ...x, shape: x.shape.filter(isKept) };
  },
  Unsqueeze(node, [x, given]) {
    const axes = axesOf(node, given);
    if (x === undefined || axes === undefined) return undefined;
    return { ...x, shape: withOnes(x.shape, axes) };
  },
  Concat(node, operands) {
    const parts = operands.flatMap((one) => (one === undefined ? [] : [one]));
    const [first] = parts;
    if (first === undefined || parts.length < operands.length) return undefined;
    const axis = axisIn(integerOf(node, "axis", 0), first.shape.length);
    const numRows = sizeOf(first.shape.slice(0, axis));
    const lengths = parts.map(({ values }) => values.length / numRows);
    const values = new Float32Array(numRows * lengths.reduce((sum, one) => sum + one, 0));
    let to = 0;
    for (let row = 0; row < numRows; row += 1)
      for (const [at, part] of parts.entries()) {
        const length = lengths[at] ?? 0;
        values.set(part.values.subarray(row * length, (row + 1) * length), to);
        to += length;
      }
    const side = parts.reduce((sum, { shape }) => sum + (shape[axis] ?? 0), 0);
    return { ...first, shape: first.shape.with(axis, side), values };
  },
  Gather(node, [x, indices]) {
    if (x === undefined || indices === undefined) return undefined;
    const axis = axisIn(integerOf(node, "axis", 0), x.shape.length);
    const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
    const [side, inner] = [x.shape[axis] ?? 1, sizeOf(after)];
    const shape = [...before, ...indices.shape, ...after];
    const perRow = indices.values.length * inner;
    const values = Float32Array.from({ length: limited(sizeOf(shape)) }, (_, at) => {
      const index = indices.values[Math.floor((at % perRow) / inner)] ?? 0;
      const row = Math.floor(at / perRow) * side + axisIn(index, side);
      return x.values[row * inner + (at % inner)] ?? Number.NaN;
    });
    return { ...x, shape, values };
  },
  Slice(node, operands) {
    const [x] = operands;
    const parts = x && sliceOf(node, operands, x.shape);
    if (x === undefined || parts === undefined) return undefined;
    const strides = stridesOf(x.shape);
    const offset = parts.reduce((sum, { start }, axis) => sum + start * (strides[axis] ?? 0), 0);
    const steps = parts.map(({ step }, axis) => step * (strides[axis] ?? 0));
    const lengths = parts.map(({ length }) => length);
    return strided(x, lengths, steps, offset);
  },
  Split(node, [x, given]) {
    if (x === undefined) return undefined;
    const axis = axisIn(integerOf(node, "axis", 0), x.shape.length);
    const lengths = splitLengths(node, given, x.shape[axis] ?? 1);
    const strides = stridesOf(x.shape);
    let start = 0;
    return lengths.map((length) => {
      const part = strided(x, x.shape.with(axis, length), strides, start * (strides[axis] ?? 0));
      start += length;
      return part;
    });
  },
  Expand(_, [x, target]) {
    if (x === undefined || target === undefined) return undefined;
    const wanted = [...target.values].map((side) => (Number.isNaN(side) ? 1 : side));
    return broadcast(x, joined(x.shape, wanted));
  },
  Tile(_, [x, repeats]) {
    if (x === undefined || repeats === undefined) return undefined;
    const times = [...repeats.values];
    const spread = x.shape.flatMap((side, axis) => [times[axis] ?? 1, side]);
    const strides = stridesOf(x.shape).flatMap((stride) => [0, stride]);
    const shape = x.shape.map((side, axis) => side * (times[axis] ?? 1));
    return { ...strided(x, spread, strides, 0), shape };
  },
  Range(_, [start, limit, delta]) {
    const [from = 0, to = 0, step = 1] = [start, limit, delta].map((one) => one?.values[0]);
    const length = limited(Math.max(0, Math.ceil((to - from) / step)));
    const values = Float32Array.from({ length }, (_, at) => from + at * step);
    return { shape: [length], values, isWhole: start?.isWhole ?? true };
  },
  ConstantOfShape(node, [target]) {
    if (target === undefined) return undefined;
    const stored = node.attribute.find(({ name }) => name === "value")?.t;
    const one = stored && constantOf(stored);
    const shape = [...target.values].map((side) => (Number.isNaN(side) ? 1 : side));
    const values = new Float32Array(limited(sizeOf(shape))).fill(one?.values[0] ?? 0);
    return { shape, values, isWhole: one?.isWhole ?? false };
  },
  ReduceProd: (_, [x]) =>
    x && { ...x, shape: [], values: Float32Array.of(x.values.reduce((a, b) => a * b, 1)) },
  DequantizeLinear(node, [x, scale, zero]) {
    if (x === undefined || scale === undefined) return undefined;
    const axis = axisIn(integerOf(node, "axis", 1), x.shape.length);
    const after = sizeOf(x.shape.slice(axis + 1));
    const values = x.values.map((value, at) => {
      const place = scale.values.length === 1 ? 0 : Math.floor(at / after) % scale.values.length;
      return (value - (zero?.values[place] ?? 0)) * (scale.values[place] ?? 1);
    });
    return { ...x, values, isWhole: false };
  },
};

/** @returns the outputs of a node whose inputs are constant; undefined where it is not computed here. */
export function folded(node: NodeProto, operands: Operands): readonly Constant[] | undefined {
  const made = FOLDS[node.opType ?? ""]?.(node, operands) ?? elementwise(node, operands);
  if (made === undefined) return undefined;
  return Array.isArray(made) ? made : [made as Constant];
}

function elementwise(node: NodeProto, operands: Operands): Constant | undefined {
  const formula = formulaOf(node);
  if (formula === undefined) return undefined;
  const shape = operands.reduce<Shape>((all, one) => joined(all, one?.shape ?? []), []);
  const spread = operands.map((one) => one && broadcast(one, shape).values);
  const isWhole = operands.every((one) => one?.isWhole ?? true);
  const values = Float32Array.from({ length: limited(sizeOf(shape)) }, (_, at) => {
    const value = formula(
      spread.map((one) => one?.[at]),
      node,
    );
    return isWhole && node.opType === "Div" ? Math.trunc(value) : value;
  });
  const to = node.opType === "Cast" ? integerOf(node, "to", 1) : undefined;
  return { shape, values, isWhole: to === undefined ? isWhole : !FLOATING.includes(to) };
}

/** The axes of Squeeze, Unsqueeze and the reductions: an attribute until operator set 12, an input from 13 on. */
export function axesOf(
  node: NodeProto,
  given: Constant | undefined,
): readonly number[] | undefined {
  return given === undefined ? integersOf(node, "axes") : [...given.values];
}

export function withOnes(shape: Shape, axes: readonly number[]): Shape {
  const rank = shape.length + axes.length;
  const ones = axes.map((axis) => axisIn(axis, rank));
  let from = 0;
  return Array.from({ length: rank }, (_, axis) => {
    if (ones.includes(axis)) return 1;
    from += 1;
    return shape[from - 1] ?? 1;
  });
}

export interface Part {
  readonly start: number;
  readonly length: number;
  readonly step: number;
}

/** @returns what a Slice keeps of each axis; undefined where its bounds are computed from the image. */
export function sliceOf(
  node: NodeProto,
  operands: Operands,
  shape: Shape,
): readonly Part[] | undefined {
  const isOld = integersOf(node, "starts") !== undefined;
  const list = (place: number, name: string) =>
    isOld ? integersOf(node, name) : operands[place] && [...operands[place].values];
  const [starts, ends] = [list(1, "starts"), list(2, "ends")];
  if (starts === undefined || ends === undefined) return undefined;
  const axes = list(3, "axes") ?? starts.map((_, axis) => axis);
  const steps = list(4, "steps");
  return shape.map((side, axis): Part => {
    const at = axes.findIndex((one) => axisIn(one, shape.length) === axis);
    if (at === -1) return { start: 0, length: side, step: 1 };
    const step = steps?.[at] ?? 1;
    const [lowest, highest] = step > 0 ? [0, side] : [-1, side - 1];
    const within = (bound: number) =>
      Math.min(Math.max(bound < 0 ? bound + side : bound, lowest), highest);
    const [start, end] = [within(starts[at] ?? 0), within(ends[at] ?? side)];
    return { start, length: Math.max(0, Math.ceil((end - start) / step)), step };
  });
}

/** The sizes of the parts: an attribute until operator set 12, an input from 13 on, equal where the file gives none. */
export function splitLengths(
  node: NodeProto,
  given: Constant | undefined,
  side: number,
): readonly number[] {
  const lengths = given === undefined ? integersOf(node, "split") : [...given.values];
  if (lengths !== undefined && lengths.length > 0) return lengths;
  const each = Math.ceil(side / node.output.length);
  return node.output.map((_, at) => Math.min(each, side - at * each));
}

function targetShape({ shape, values }: Constant, target: readonly number[]): Shape {
  const sides = target.map((side, axis) => (side === 0 ? (shape[axis] ?? 1) : side));
  const known = sizeOf(sides.filter((side) => side >= 0));
  return sides.map((side) => (side === -1 ? values.length / known : side));
}

/** The shape that two shapes have together when an axis of 1 serves all places of the other. */
export function joined(one: Shape, other: Shape): Shape {
  const rank = Math.max(one.length, other.length);
  const side = (shape: Shape, axis: number) => shape[axis - rank + shape.length] ?? 1;
  return Array.from({ length: rank }, (_, axis) => Math.max(side(one, axis), side(other, axis)));
}

function broadcast(x: Constant, shape: Shape): Constant {
  if (x.shape.length === shape.length && x.shape.every((side, axis) => side === shape[axis]))
    return x;
  const before = shape.length - x.shape.length;
  const own = stridesOf(x.shape);
  const strides = shape.map((_, axis) =>
    (x.shape[axis - before] ?? 1) === 1 ? 0 : (own[axis - before] ?? 0),
  );
  return strided(x, shape, strides, 0);
}

function stridesOf(shape: Shape): readonly number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

function pick(list: readonly number[], places: readonly number[]): readonly number[] {
  return places.map((place) => list[place] ?? 1);
}

function strided(x: Constant, shape: Shape, strides: readonly number[], offset: number): Constant {
  const size = sizeOf(shape);
  const values = new Float32Array(size <= x.values.length ? size : limited(size));
  const place = shape.map(() => 0);
  let from = offset;
  for (let at = 0; at < values.length; at += 1) {
    values[at] = x.values[from] ?? Number.NaN;
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      from += strides[axis] ?? 0;
      place[axis] = (place[axis] ?? 0) + 1;
      if (place[axis] !== shape[axis]) break;
      from -= (strides[axis] ?? 0) * (shape[axis] ?? 0);
      place[axis] = 0;
    }
  }
  return { ...x, shape, values };
}

/** @throws RangeError for more values than are computed while a file is read. */
function limited(numValues: number): number {
  if (numValues >= 0 && numValues <= MOST_VALUES) return numValues;
  throw new RangeError(`a constant of ${numValues} values`);
}
