/**
 * Finds the stored arrays of each layer. Names in files are unreliable: Keras starts to number layers again in each session, puts models
 * within models, and renames groups. So arrays are found by the name of their layer where every layer has them under its name,
 * and otherwise by their order, which is that of the layers. Shapes are checked in both cases.
 */
import { formatShape, type Shape, sizeOf } from "../../core/shape.ts";
import type { WeightSpec } from "../../network/weights.ts";
import { inOrder } from "../graphAssembler.ts";
import type { StoredArray } from "../importedModel.ts";
import { wrongModel } from "../modelFault.ts";
import type { FilterOrder, WeightedNode } from "./toGraph.ts";

/** The arrays that a file stores under one name, in the file's order. */
export interface StoredGroup {
  readonly name: string;
  readonly arrays: readonly StoredArray[];
}

/**
 * @param groups by layer of the outermost model.
 * @returns the weights by path.
 * @throws PlaygroundError `file.invalid` when arrays are missing, left over, of another shape or not finite.
 */
export function weightsOf(
  weighted: readonly WeightedNode[],
  groups: readonly StoredGroup[],
  where: string,
): ReadonlyMap<string, Float32Array> {
  const stored = groups.filter(({ arrays }) => arrays.length > 0);
  const wanted = groupsOf(weighted);
  const byName = new Map(stored.map((group) => [group.name, group.arrays]));
  const isNamed = wanted.every(({ name, nodes }) => byName.get(name)?.length === countOf(nodes));
  if (
    !isNamed &&
    (stored.length !== wanted.length ||
      !wanted.every(({ nodes }, at) => stored[at]?.arrays.length === countOf(nodes)))
  )
    return assigned(
      placesOf(weighted),
      stored.flatMap(({ arrays }) => arrays),
      where,
    );
  return new Map(
    wanted.flatMap(({ name, nodes }, at) => {
      const arrays = (isNamed ? byName.get(name) : stored[at]?.arrays) ?? [];
      return [...assigned(orderedPlaces(nodes, arrays), arrays, where)];
    }),
  );
}

interface Place {
  readonly weighted: WeightedNode;
  readonly spec: WeightSpec;
}

function groupsOf(weighted: readonly WeightedNode[]) {
  const groups = new Map<string, WeightedNode[]>();
  for (const one of weighted) {
    const name = one.node.path[0] ?? one.layer;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [one]);
    else group.push(one);
  }
  return [...groups].map(([name, nodes]) => ({ name, nodes }));
}

function countOf(nodes: readonly WeightedNode[]): number {
  return nodes.reduce((sum, { specs }) => sum + specs.length, 0);
}

function placesOf(weighted: readonly WeightedNode[]): readonly Place[] {
  return weighted.flatMap((one) => one.specs.map((spec) => ({ weighted: one, spec })));
}

/**
 * Within a model in the model, Keras stores what is trained before what is not, for all layers together. Where the names of
 * the arrays say their layers, these decide.
 */
function orderedPlaces(
  nodes: readonly WeightedNode[],
  arrays: readonly StoredArray[],
): readonly Place[] {
  const places = placesOf(nodes);
  if (nodes.length === 1) return places;
  const leaves = arrays.map(({ name }) => name.split("/").at(-2) ?? "");
  const byLeaf = new Map<string, Place[]>();
  for (const place of places) {
    const leaf = place.weighted.node.path.at(-1) ?? "";
    byLeaf.set(leaf, [...(byLeaf.get(leaf) ?? []), place]);
  }
  const named = leaves.map((leaf) => byLeaf.get(leaf)?.shift());
  if (named.every((place) => place !== undefined)) return named;
  const isTrained = ({ weighted, spec }: Place) => weighted.trained && spec.trainable;
  return [...places.filter(isTrained), ...places.filter((place) => !isTrained(place))];
}

function assigned(
  places: readonly Place[],
  arrays: readonly StoredArray[],
  where: string,
): ReadonlyMap<string, Float32Array> {
  if (places.length !== arrays.length) {
    throw wrongModel(where, {
      rule: "the stored weights are not those of the model's layers",
      expected: `${places.length} arrays`,
      got: String(arrays.length),
      remedy: "Take the weights that were saved with this model.",
    });
  }
  return new Map(
    places.flatMap(({ weighted, spec }, index) => {
      const array = arrays[index];
      if (array === undefined) return [];
      requireShape(array, spec, weighted, `${where}, layer ${weighted.node.name}`);
      const values = array.read();
      requireFinite(values, array.name, where);
      return [[`${weighted.layer}/${spec.name}`, turnedValues(values, weighted, spec)] as const];
    }),
  );
}

function turnedValues(
  values: Float32Array,
  { orders, filters }: WeightedNode,
  { name, shape }: WeightSpec,
) {
  const order = orders.get(name);
  if (filters !== undefined && name === "kernel") return filtersOf(values, filters, shape);
  return order === undefined
    ? values
    : inOrder(values, [order.length, values.length / order.length], order);
}

/** @param shape `[rows, columns, channels, filters]` of the graph. */
function filtersOf(
  values: Float32Array,
  { filtersFirst, isTurned }: FilterOrder,
  shape: Shape,
): Float32Array {
  if (!filtersFirst && !isTurned) return values;
  const [rows = 1, columns = 1, channels = 1, filters = 1] = shape;
  const taps = rows * columns;
  return values.map((_, place) => {
    const filter = place % filters;
    const channel = Math.floor(place / filters) % channels;
    const at = Math.floor(place / (filters * channels));
    const tap = isTurned ? taps - 1 - at : at;
    const from = filtersFirst
      ? (filter * channels + channel) * taps + tap
      : (tap * channels + channel) * filters + filter;
    return values[from] ?? 0;
  });
}

/**
 * Ranks may differ where a dense layer became a convolution of 1x1, and axes of slopes have another order where channels are
 * first or slopes are shared along the last axis.
 */
function requireShape(
  { name, shape }: StoredArray,
  { name: weight, shape: given }: WeightSpec,
  { filters }: WeightedNode,
  where: string,
): void {
  const [rows = 1, columns = 1, channels = 1, count = 1] = given;
  const isFiltersFirst = weight === "kernel" && filters?.filtersFirst === true;
  const expected = isFiltersFirst ? [count, channels, rows, columns] : given;
  const isAlike =
    sizeOf(shape) === sizeOf(expected) &&
    (weight === "alpha" ||
      shape.length !== expected.length ||
      shape.every((side, axis) => side === expected[axis]));
  if (isAlike) return;
  throw wrongModel(where, {
    rule: `the array ${name} does not have the shape that the layer needs`,
    expected: formatShape(expected),
    got: formatShape(shape),
    remedy: "Take the weights that were saved with this model.",
  });
}

/** @throws PlaygroundError `file.invalid` */
export function requireFinite(values: Float32Array, name: string, where: string): void {
  // A file may hold millions of values, so they are read without a call for each.
  for (let at = 0; at < values.length; at += 1) {
    if (Number.isFinite(values[at])) continue;
    throw wrongModel(where, {
      rule: `the array ${name} holds a value that is no number`,
      expected: "finite numbers",
      got: `${values[at]} at place ${at}`,
      remedy: "Take weights from before the training diverged.",
    });
  }
}
