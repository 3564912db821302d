/** Reads the operators of ONNX that give values another shape or order, or take parts of them. */
import { type Pair, type Shape, sizeOf } from "../../core/shape.ts";
import { axesOf, axisIn, type Part, sliceOf, splitLengths, withOnes } from "./constants.ts";
import {
  asListed,
  asMap,
  asVector,
  graphAxis,
  inFileOrder,
  input,
  inShape,
  lastMap,
  mapInput,
  nameOf,
} from "./layouts.ts";
import {
  concatenated,
  EDGE,
  edgePadded,
  type Padded,
  partOfVector,
  REFLECTED,
  rowsAndColumns,
  thinned,
  WRAPPED,
} from "./mapParts.ts";
import { floatOf, floatsOf, integerOf, integersOf, textOf } from "./nodeAttributes.ts";
import type { NodeProto } from "./onnxMessages.ts";
import type { OnnxReader, OnnxValue } from "./onnxReader.ts";
import { channelsAt } from "./readProducts.ts";

export function readFlatten(reader: OnnxReader, node: NodeProto): OnnxValue {
  const value = input(reader, node);
  const axis = axisIn(integerOf(node, "axis", 1), value.dims.length + 1);
  if (axis === 1) return { ...value, dims: [sizeOf(value.dims)] };
  throw reader.wrong(node, "it flattens the batch", "axis 1", String(axis));
}

export function readSqueeze(reader: OnnxReader, node: NodeProto): OnnxValue {
  const value = input(reader, node);
  const { dims } = value;
  const axes = axesOf(node, reader.constant(node.input[1]))?.map(
    (axis) => axisIn(axis, dims.length + 1) - 1,
  );
  const kept = dims.filter((side, axis) => (axes === undefined ? side > 1 : !axes.includes(axis)));
  if (sizeOf(kept) === sizeOf(dims)) return { ...value, dims: kept };
  throw reader.wrong(node, "it removes axes of several values", "axes of 1", dims.join("x"));
}

export function readUnsqueeze(reader: OnnxReader, node: NodeProto): OnnxValue {
  const value = input(reader, node);
  const axes = axesOf(node, reader.constant(node.input[1])) ?? [];
  const rank = value.dims.length + 1 + axes.length;
  const own = axes.map((axis) => axisIn(axis, rank) - 1);
  if (own.every((axis) => axis >= 0)) return { ...value, dims: withOnes(value.dims, own) };
  throw reader.wrong(node, "it gives the batch an axis before it", "axes from 1", axes.join(", "));
}

/** The first axis is the batch, whatever number the file gives for it. */
export function readReshape(reader: OnnxReader, node: NodeProto): OnnxValue {
  const value = input(reader, node);
  const size = sizeOf(value.dims);
  const target = reader.constant(node.input[1])?.values ?? integersOf(node, "shape");
  if (target === undefined)
    throw reader.wrong(node, "the new shape depends on the image", "a constant", "a computed one");
  const sides = target.length === 1 ? [-1] : [...target].slice(1);
  const [channels = 0] = sides;
  const isOfChannels = sides.length === 1 && channels === value.dims.at(-1) && channels < size;
  // Keras joins the places of an image with the batch before a product with the channels.
  if (isOfChannels && !value.channelsFirst) return { ...value, dims: [size / channels, channels] };
  const copied = sides.map((side, axis) => (side === 0 ? (value.dims[axis] ?? 1) : side));
  const known = sizeOf(copied.filter((side) => side > 0));
  const dims = copied.map((side) => (side > 0 ? side : size / known));
  if (sizeOf(dims) !== size || dims.some((side) => !Number.isSafeInteger(side)))
    throw reader.wrong(
      node,
      "it joins the images of a batch, or divides them",
      `${size} values for each image`,
      [...target].join("x"),
    );
  return asInputMap(reader, node, value, dims) ?? { ...value, dims };
}

/** A vector that becomes a map at the network's beginning: the input is that map. */
function asInputMap(
  reader: OnnxReader,
  node: NodeProto,
  value: OnnxValue,
  dims: Shape,
): OnnxValue | undefined {
  const isVector = value.tensor.shape.length === 1 && reader.isInput(value);
  if (!isVector || dims.length !== 3) return undefined;
  const channelsFirst = !reader.isTurnedNext(nameOf(node));
  const [first = 1, second = 1, third = 1] = dims;
  const tensor = reader.reshapedInput(
    channelsFirst ? [second, third, first] : dims,
    dims,
    channelsFirst,
  );
  return tensor && { tensor, dims, channelsFirst };
}

export function readTranspose(reader: OnnxReader, node: NodeProto): OnnxValue {
  const given = input(reader, node);
  const { dims } = given;
  const axes =
    integersOf(node, "perm") ?? [0, ...dims].map((_, axis, all) => all.length - 1 - axis);
  const perm = axes.slice(1).map((axis) => axis - 1);
  const turned = perm.map((axis) => dims[axis] ?? 1);
  const kept = perm.filter((axis) => (dims[axis] ?? 1) > 1);
  const isRising = (list: readonly number[]) =>
    list.every((one, at) => at === 0 || one > (list[at - 1] ?? 0));
  if (axes[0] === 0 && isRising(kept)) return { ...given, dims: turned };
  if (axes[0] === 0 && given.tensor.shape.length === 1) {
    const order = turnedOrder(given, perm);
    return { ...given, dims: turned, tensor: { ...given.tensor, order } };
  }
  const value = lastMap(reader, given);
  const isChannel = channelAxes(value);
  if (axes[0] === 0 && isChannel !== undefined) {
    const channels = kept.filter((axis) => isChannel(axis));
    const places = kept.filter((axis) => !isChannel(axis));
    const isFirst = kept.every((axis, at) => isChannel(axis) === at < channels.length);
    const isLast = kept.every((axis, at) => isChannel(axis) === at >= places.length);
    if (isRising(places) && (isFirst || isLast)) {
      if (isRising(channels)) return { ...value, dims: turned, channelsFirst: isFirst };
      const own = dims
        .map((_, axis) => axis)
        .filter((axis) => isChannel(axis) && (dims[axis] ?? 1) > 1);
      const order = channelOrder(
        own.map((axis) => dims[axis] ?? 1),
        channels.map((axis) => own.indexOf(axis)),
      );
      const mixed = channelsAt(reader, nameOf(node), value, order);
      return { ...mixed, dims: turned, channelsFirst: isFirst };
    }
  }
  if (axes[0] === 0) return permuted(reader, node, inFileOrder(reader, node, given), perm);
  throw reader.wrong(node, "it turns the axis of the batch", "the batch first", axes.join(", "));
}

/**
 * Turns the axes of values that are in the file's order. From the last wanted axis to the first, each is moved to the front,
 * which a layer of three axes does.
 */
function permuted(
  reader: OnnxReader,
  node: NodeProto,
  value: OnnxValue,
  perm: readonly number[],
): OnnxValue {
  const { dims } = value;
  const name = nameOf(node);
  let axes: readonly number[] = dims.map((_, axis) => axis);
  const sizeOfAxes = (list: readonly number[]) => sizeOf(list.map((axis) => dims[axis] ?? 1));
  const wanted = runsOf(perm);
  let made = value;
  for (const [at, run] of wanted.toReversed().entries()) {
    const start = axes.indexOf(run[0] ?? 0);
    const [before, after] = [axes.slice(0, start), axes.slice(start + run.length)];
    const shape = [sizeOfAxes(before), sizeOfAxes(run), sizeOfAxes(after)] as const;
    axes = [...run, ...before, ...after];
    if (shape[0] === 1 || shape[1] === 1) continue;
    const from = inShape(reader, made, shape);
    made = reader.layer({ type: "Permute", dims: [2, 1, 3] }, `${name}/${at}`, [from]);
    made = { ...made, channelsFirst: false };
  }
  return { ...made, dims: perm.map((axis) => dims[axis] ?? 1), channelsFirst: false };
}

/** Neighbours that stay together are moved together. */
function runsOf(perm: readonly number[]): readonly (readonly number[])[] {
  const runs: number[][] = [];
  for (const axis of perm) {
    const last = runs.at(-1);
    if (last !== undefined && last.at(-1) === axis - 1) last.push(axis);
    else runs.push([axis]);
  }
  return runs;
}

/** Tells the axes of the file on which the channels of a map lie; undefined where an axis holds more than channels. */
function channelAxes({ tensor, dims, channelsFirst }: OnnxValue) {
  const channels = tensor.shape[2] ?? 1;
  for (let count = 0; count <= dims.length; count += 1) {
    const start = channelsFirst ? 0 : dims.length - count;
    const isThese = sizeOf(dims.slice(start, start + count)) === channels;
    if (isThese) return (axis: number) => axis >= start && axis < start + count;
  }
  return undefined;
}

/** For each place of the turned list, the place of the list that it comes from. */
function channelOrder(shape: Shape, perm: readonly number[]): readonly number[] {
  const turned = perm.map((axis) => shape[axis] ?? 1);
  const strides = perm.map((axis) => sizeOf(shape.slice(axis + 1)));
  return Array.from({ length: sizeOf(shape) }, (_, place) => {
    let [rest, from] = [place, 0];
    for (let axis = turned.length - 1; axis >= 0; axis -= 1) {
      const side = turned[axis] ?? 1;
      from += (rest % side) * (strides[axis] ?? 0);
      rest = Math.floor(rest / side);
    }
    return from;
  });
}

/** Where the file has each value of a vector after its axes are turned. */
function turnedOrder({ tensor, dims }: OnnxValue, perm: readonly number[]): readonly number[] {
  const from = channelOrder(dims, perm);
  const to = new Map(from.map((place, at) => [place, at]));
  return from.map((_, place) => to.get(tensor.order?.[place] ?? place) ?? 0);
}

/** Channels that become rows and columns of a larger map, or the other way round. */
export function readBlocks(reader: OnnxReader, node: NodeProto): OnnxValue {
  const x = mapInput(reader, node);
  const [height, width, channels] = x.sides;
  const block = integerOf(node, "blocksize", 1);
  const isToSpace = node.opType === "DepthToSpace";
  const isByChannel = textOf(node, "mode") === "CRD";
  const depth = channels / block ** 2;
  const split = isToSpace
    ? isByChannel
      ? [depth, block, block, height, width]
      : [block, block, depth, height, width]
    : [channels, height / block, block, width / block, block];
  const perm = isToSpace ? (isByChannel ? [0, 3, 1, 4, 2] : [2, 3, 0, 4, 1]) : [2, 4, 0, 1, 3];
  const dims = isToSpace
    ? [depth, height * block, width * block]
    : [channels * block ** 2, height / block, width / block];
  if (![...split, ...dims].every((side) => Number.isSafeInteger(side) && side >= 1))
    throw reader.wrong(node, "the blocks do not fit the map", "whole blocks", x.dims.join("x"));
  const plain = { ...inFileOrder(reader, node, x), dims: split };
  return { ...permuted(reader, node, plain, perm), dims };
}

/** Rows, columns, channels, or values of a vector. */
export function readSlice(reader: OnnxReader, node: NodeProto): OnnxValue {
  const value = input(reader, node);
  const operands = node.input.map((name) => reader.constant(name));
  const parts = sliceOf(node, operands, [1, ...value.dims]);
  if (parts === undefined)
    throw reader.wrong(node, "its bounds depend on the image", "constants", "computed ones");
  return sliced(reader, node, nameOf(node), value, parts.slice(1));
}

function sliced(
  reader: OnnxReader,
  node: NodeProto,
  name: string,
  value: OnnxValue,
  parts: readonly Part[],
): OnnxValue {
  const isWhole = ({ start, length, step }: Part, axis: number) =>
    start === 0 && step === 1 && length === value.dims[axis];
  const changed = parts.flatMap((part, axis) => (isWhole(part, axis) ? [] : [{ part, axis }]));
  if (changed.length === 0) return value;
  const isList = value.dims.length === 1 || value.tensor.shape.length === 1;
  const vector = isList ? asVector(reader, inFileOrder(reader, node, value)) : undefined;
  const [only, ...others] = changed;
  if (vector !== undefined && only !== undefined && others.length === 0) {
    const { start, length, step } = only.part;
    if (sizeOf(value.dims) === value.dims[only.axis] && step === 1) {
      const part = partOfVector(reader, name, vector, [start, start + length]);
      return { ...part, dims: value.dims.with(only.axis, length) };
    }
  }
  const isMap = value.dims.length === 3 && vector !== undefined;
  const map = isMap ? asMap(reader, node, value) : asListed(reader, node, value);
  return changed.reduce((from, { part, axis }, index) => {
    const own = graphAxis(from, axis);
    const isLast = index === changed.length - 1;
    return partOfMap(reader, node, isLast ? name : `${name}/${index}`, from, own, part);
  }, map);
}

function partOfMap(
  reader: OnnxReader,
  node: NodeProto,
  name: string,
  map: OnnxValue,
  axis: number | undefined,
  { start, length, step }: Part,
): OnnxValue {
  const isMap = map.tensor.shape.length === 3 && axis !== undefined;
  if (isMap && length > 0 && axis === 2 && step !== 1)
    return channelsAt(
      reader,
      name,
      map,
      Array.from({ length }, (_, at) => start + at * step),
    );
  if (isMap && length > 0 && step > 0) {
    const end = start + (length - 1) * step + 1;
    const part = rowsAndColumns(reader, step === 1 ? name : `${name}/part`, map, axis, [
      start,
      end,
    ]);
    return thinned(reader, name, part, axis === 0 ? [step, 1] : [1, step]);
  }
  if (isMap && length > 0 && step < 0 && length <= MOST_PIECES) {
    const pieces = Array.from({ length }, (_, at) => {
      const place = start + at * step;
      return rowsAndColumns(reader, `${name}/${at}`, map, axis, [place, place + 1]);
    });
    return concatenated(reader, name, pieces, axis + 1);
  }
  throw reader.wrong(
    node,
    "it takes a part that is not computed here",
    "rows, columns or channels of a map",
    `${length} from ${start} of [batch, ${map.dims.join(", ")}]`,
  );
}

/** Turned rows are put together one by one. */
const MOST_PIECES = 512;

export function readGather(reader: OnnxReader, node: NodeProto): OnnxValue {
  const value = asListed(reader, node, input(reader, node));
  const { dims } = value;
  const axis = axisIn(integerOf(node, "axis", 0), dims.length + 1) - 1;
  const indices = reader.constant(node.input[1]);
  const side = dims[axis] ?? 0;
  const places = [...(indices?.values ?? [])].map((index) => axisIn(index, side));
  const [first] = places;
  const isRun = places.every((place, at) => place === (first ?? 0) + at);
  if (indices !== undefined && axis >= 0 && first !== undefined) {
    const parts = dims.map(
      (length, own): Part =>
        own === axis
          ? { start: first, length: places.length, step: 1 }
          : { start: 0, length, step: 1 },
    );
    const taken = isRun
      ? sliced(reader, node, nameOf(node), value, parts)
      : graphAxis(value, axis) === 2
        ? channelsAt(reader, nameOf(node), value, places)
        : undefined;
    const isOne = indices.shape.length === 0;
    if (taken !== undefined)
      return { ...taken, dims: isOne ? dims.toSpliced(axis, 1) : dims.with(axis, places.length) };
  }
  throw reader.wrong(
    node,
    "it picks values in a way that is not computed here",
    "channels of a map",
    `axis ${axis + 1} of [batch, ${dims.join(", ")}]`,
  );
}

/** Each part is read as a slice. */
export function readSplit(reader: OnnxReader, node: NodeProto): void {
  const value = input(reader, node);
  const { dims } = value;
  const axis = axisIn(integerOf(node, "axis", 0), dims.length + 1) - 1;
  const lengths = splitLengths(node, reader.constant(node.input[1]), dims[axis] ?? 1);
  let start = 0;
  for (const [at, length] of lengths.entries()) {
    const parts = dims.map(
      (side, own): Part =>
        own === axis ? { start, length, step: 1 } : { start: 0, length: side, step: 1 },
    );
    const name = node.output[at] ?? "";
    if (name !== "") reader.set(name, sliced(reader, node, name, value, parts));
    start += length;
  }
}

export function readConcat(reader: OnnxReader, node: NodeProto): OnnxValue {
  const given = node.input.map((name) => reader.value(name));
  const [first] = given;
  const rank = first?.dims.length ?? 0;
  const axis = axisIn(integerOf(node, "axis", 1), rank + 1) - 1;
  const isList = given.every(({ dims }) => sizeOf(dims) === dims[axis]);
  if (isList) return concatenatedVectors(reader, node, given, axis);
  const isLast = given.every(
    ({ tensor, channelsFirst }) => tensor.shape.length === 3 && !channelsFirst,
  );
  const maps = isLast
    ? given.map((value) => asListed(reader, node, value))
    : given.map((value) => asMap(reader, node, value));
  const own = maps[0] && graphAxis(maps[0], axis);
  if (own === undefined)
    throw reader.wrong(
      node,
      "it joins along an axis that holds more than rows, columns or channels",
      "an axis of a map",
      `axis ${axis + 1} of [batch, ${first?.dims.join(", ")}]`,
    );
  return concatenated(reader, nameOf(node), maps, own + 1);
}

function concatenatedVectors(
  reader: OnnxReader,
  node: NodeProto,
  values: readonly OnnxValue[],
  axis: number,
): OnnxValue {
  const vectors = values.map((value) => asVector(reader, value));
  const joined = reader.layer({ type: "Concatenate", axis: 1 }, nameOf(node), vectors);
  const dims = (values[0]?.dims ?? []).with(axis, sizeOf(joined.tensor.shape));
  if (vectors.every(({ tensor }) => tensor.order === undefined)) return { ...joined, dims };
  let before = 0;
  const order = vectors.flatMap(({ tensor }) => {
    const [length = 0] = tensor.shape;
    const start = before;
    before += length;
    return Array.from({ length }, (_, place) => start + (tensor.order?.[place] ?? place));
  });
  return { ...joined, dims, tensor: { ...joined.tensor, order } };
}

/** Copies of a value along axes on which it has one place. */
export function readExpand(reader: OnnxReader, node: NodeProto): OnnxValue {
  const value = input(reader, node);
  const target = reader.constant(node.input[1])?.values;
  if (target === undefined)
    throw reader.wrong(node, "the new shape depends on the image", "a constant", "a computed one");
  const isTile = node.opType === "Tile";
  const whole = [1, ...value.dims];
  const wanted = [...target].slice(-value.dims.length);
  const times = wanted.map((side, axis) => {
    const own = whole[whole.length - wanted.length + axis] ?? 1;
    return isTile ? side : own === 1 && side > 1 ? side : 1;
  });
  return times.reduce((from, count, axis) => {
    if (count === 1) return from;
    const at = value.dims.length - times.length + axis;
    const map = asMap(reader, node, from);
    const own = graphAxis(map, at);
    if (own === undefined || !(count > 0))
      throw reader.wrong(
        node,
        "it repeats values",
        "rows, columns or channels of a map",
        wanted.join("x"),
      );
    const copies = Array.from({ length: count }, () => map);
    return concatenated(
      reader,
      at === times.length - 1 ? nameOf(node) : `${nameOf(node)}/${at}`,
      copies,
      own + 1,
    );
  }, value);
}

const MODES: Readonly<Record<string, Padded>> = { edge: EDGE, reflect: REFLECTED, wrap: WRAPPED };

export function readPad(reader: OnnxReader, node: NodeProto): OnnxValue {
  const x = asListed(reader, node, input(reader, node));
  const given = [
    ...(reader.constant(node.input[1])?.values ??
      integersOf(node, "pads") ??
      integersOf(node, "paddings") ??
      []),
  ];
  const value = reader.constant(node.input[2])?.values[0] ?? floatOf(node, "value", 0);
  const axes = reader.constant(node.input[3])?.values;
  const padsOfAxis = (axis: number): Pair => {
    const rank = x.dims.length + 1;
    const place =
      axes === undefined ? axis : [...axes].findIndex((one) => axisIn(one, rank) === axis);
    return [given[place] ?? 0, given[place + given.length / 2] ?? 0];
  };
  const mode = textOf(node, "mode") || "constant";
  const [isNone, name] = [(pair: Pair) => pair.every((side) => side === 0), nameOf(node)];
  const ownOf = (axis: number) =>
    x.dims
      .map((_, at) => (graphAxis(x, at) === axis ? padsOfAxis(at + 1) : NO_PAD))
      .find((one) => !isNone(one)) ?? NO_PAD;
  const [rows, columns, channels] = [ownOf(0), ownOf(1), ownOf(2)];
  const isKnown =
    x.tensor.shape.length === 3 && graphAxis(x, 0) !== undefined && isNone(padsOfAxis(0));
  if (isKnown && isNone(channels) && [...rows, ...columns].every((side) => side >= 0)) {
    const padded = MODES[mode];
    const sides = [rows[0], columns[0], rows[1], columns[1]] as const;
    if (padded !== undefined) return edgePadded(reader, name, x, sides, padded);
    const zeros = (from: OnnxValue, own: string) =>
      reader.layer({ type: "ZeroPadding2D", padding: [rows, columns] }, own, [from]);
    if (mode === "constant" && value === 0) return zeros(x, name);
    const shifted = (own: string, from: OnnxValue, by: number) =>
      reader.affine(node, own, from, Float32Array.of(1), Float32Array.of(by));
    if (mode === "constant")
      return shifted(name, zeros(shifted(`${name}/less`, x, -value), `${name}/padding`), value);
  }
  if (isKnown && isNone(rows) && isNone(columns) && mode === "constant" && value === 0) {
    const length = channels[0] + (x.tensor.shape[2] ?? 1) + channels[1];
    const places = Array.from({ length }, (_, place) => place - channels[0]);
    return channelsAt(reader, name, x, places);
  }
  throw reader.wrong(
    node,
    "it pads in a way that is not computed here",
    "rows, columns or channels of zeros, or rows and columns of the map itself",
    `${given.join(",")} with ${mode} ${value}`,
  );
}

const NO_PAD: Pair = [0, 0];

/** `Upsample`, of older files, has the factors as its second input or as an attribute and compares corners. */
export function readResize(reader: OnnxReader, node: NodeProto): OnnxValue {
  const x = mapInput(reader, node);
  const isOld = node.opType === "Upsample" || node.input.length === 2;
  const listed = (place: number) => {
    const values = reader.constant(node.input[place])?.values;
    return values?.length ? [...values].slice(-2) : undefined;
  };
  const scales = listed(isOld ? 1 : 2) ?? floatsOf(node, "scales")?.slice(-2);
  const sizes = isOld ? undefined : listed(3);
  const [height, width] = x.sides;
  const size: Pair =
    sizes === undefined
      ? [scales?.[0] ?? 0, scales?.[1] ?? 0]
      : [(sizes[0] ?? 0) / height, (sizes[1] ?? 0) / width];
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
