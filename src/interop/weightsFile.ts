/**
 * Weights that a file holds without a description of the layers, and how they go into a network of this program: by the names of
 * layers, and where Keras numbered a layer instead of naming it, by order. Pure functions.
 */
import { PlaygroundError } from "../core/errors.ts";
import { greatestOf } from "../core/numbers.ts";
import { formatShape, type Shape, sameShape } from "../core/shape.ts";
import type { LayerGraph } from "../network/graph.ts";
import { headLayer } from "../network/headLayer.ts";
import { inKerasOrder } from "../network/kerasOrder.ts";
import { matchWeights, type WeightMatch } from "../network/matchWeights.ts";
import { scaledFilters } from "../network/networks/xception.ts";
import { networkWeights } from "../network/networkWeights.ts";
import type { NetworkWeight } from "../network/weights.ts";
import { FIELDS } from "../settings/fields.ts";
import type { Preparation, Settings } from "../settings/settings.ts";
import { settingText } from "../settings/settingText.ts";
import type { FileArray, FileGroup, ImportedModel, WeightsFile } from "./importedModel.ts";
import { countedName, snakeCaseOfClass } from "./keras/countedNames.ts";

/** The weights of a file under the names of a network. */
export interface NamedWeights {
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Keyed by path. */
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly match: WeightMatch;
}

/** Returns the weights of an opened model as those of a file, so that they can go into another network. */
export function weightsOfModel({ origin, graph, weights, ...facts }: ImportedModel): WeightsFile {
  const groups = new Map<string, FileArray[]>();
  for (const { path, layer, shape } of networkWeights(graph)) {
    const values = weights?.get(path);
    if (values === undefined) continue;
    groups.set(layer, [...(groups.get(layer) ?? []), { shape, values }]);
  }
  const { classes, preparation } = facts;
  return {
    ...{ origin, classes, preparation, isCounted: false },
    groups: [...groups].map(([name, arrays]) => ({ name, arrays })),
  };
}

/**
 * Puts the weights of a file into a network. The head takes them if it has as many units; otherwise it is new.
 *
 * @param where names the file in messages
 * @throws PlaygroundError `setting.invalid` naming the first layer before the head that the file's weights do not fit
 */
export function weightsInto(file: WeightsFile, graph: LayerGraph, where: string): NamedWeights {
  const shapes = new Map<string, Shape>();
  const weights = new Map<string, Float32Array>();
  const head = headLayer(graph)?.layer.name;
  const layers = weightedLayers(graph);
  const found = groupsFor(file, layers);
  for (const { name, specs } of layers) {
    const group = found.get(name);
    const fits = group !== undefined && isShapedLike(group, specs);
    if (!fits && name !== head) throw unfit(where, name, specs, group);
    if (group?.arrays.length !== specs.length) continue;
    for (const [index, { path }] of specs.entries()) {
      const array = group.arrays[index];
      if (array === undefined) continue;
      shapes.set(path, array.shape);
      weights.set(path, array.values);
    }
  }
  return { shapes, weights, match: matchWeights(shapes, graph) };
}

/** Keras Applications scaled the images of its Xception, as those of all networks whose layers have these names, to -1 to 1. */
const XCEPTION_PREPARATION: Preparation = "symmetric";

/**
 * Returns the settings with a network of the file's size: the width multiplier and the number of middle blocks of an Xception
 * follow from the shapes in the file. The images are prepared as the file says, or as Keras Applications does. Settings for which
 * nothing speaks stay.
 */
export function settingsForWeights(file: WeightsFile, settings: Settings): Settings {
  const separable = file.groups.filter(isSeparable);
  const middleRepeats = (separable.length - OUTSIDE_MIDDLE) / IN_MIDDLE_BLOCK;
  const widest = greatestOf(separable.map(keptFilters));
  const width = widths().find((one) => scaledFilters(MIDDLE_FILTERS, one) === widest);
  const { max } = FIELDS.middleRepeats;
  const isXception =
    settings.network === "xception" &&
    width !== undefined &&
    Number.isInteger(middleRepeats) &&
    middleRepeats >= 0 &&
    middleRepeats <= max;
  return {
    ...settings,
    ...(isXception && { width, middleRepeats }),
    preparation: file.preparation ?? (isXception ? XCEPTION_PREPARATION : settings.preparation),
    base: "chosen",
  };
}

/** Says what follows from a file of weights; empty where everything is already so. */
export function changesForWeights(before: Settings, after: Settings): string {
  const keys = (["width", "middleRepeats", "preparation"] as const).filter(
    (key) => before[key] !== after[key],
  );
  return keys.map((key) => settingText(key, after)).join(", ");
}

/** Separable convolutions before and after the middle flow of an Xception, and in each of its blocks. */
const OUTSIDE_MIDDLE = 10;
const IN_MIDDLE_BLOCK = 3;
/** Middle blocks have as many filters as channels, more than any other layer that keeps the number of channels. */
const MIDDLE_FILTERS = 728;

function widths(): readonly number[] {
  const { min, max, step } = FIELDS.width;
  return Array.from({ length: Math.round((max - min) / step) + 1 }, (_, at) => min + at * step);
}

/** Returns the filters of a separable convolution that has as many as channels, and otherwise 0. */
function keptFilters({ arrays: [, pointwise] }: FileGroup): number {
  const [, , channels, filters] = pointwise?.shape ?? [];
  return channels === filters ? (filters ?? 0) : 0;
}

function isSeparable({ arrays: [depthwise, pointwise] }: FileGroup): boolean {
  return depthwise?.shape.length === 4 && pointwise?.shape.length === 4;
}

interface WeightedLayer {
  readonly name: string;
  readonly type: string;
  readonly specs: readonly NetworkWeight[];
}

/** In Keras' order, which is that of the arrays in files. */
function weightedLayers(graph: LayerGraph): readonly WeightedLayer[] {
  const specs = networkWeights(graph);
  return inKerasOrder(graph)
    .map(({ name, type }) => ({ name, type, specs: specs.filter(({ layer }) => layer === name) }))
    .filter((layer) => layer.specs.length > 0);
}

/** Returns the group of the file for each layer of the network that has one. */
function groupsFor(
  file: WeightsFile,
  layers: readonly WeightedLayer[],
): ReadonlyMap<string, FileGroup> {
  const byName = new Map(file.groups.map((group) => [group.name, group]));
  const found = new Map<string, FileGroup>();
  if (file.isCounted) {
    const counts = new Map<string, number>();
    for (const { name, type } of layers) {
      const stem = snakeCaseOfClass(type);
      const count = counts.get(stem) ?? 0;
      counts.set(stem, count + 1);
      const group = byName.get(countedName({ stem, count }));
      if (group !== undefined) found.set(name, group);
    }
    return found;
  }
  // A layer within a model has the path of the models around it before its name.
  const byLeaf = new Map(file.groups.map((group) => [group.name.split("/").at(-1) ?? "", group]));
  for (const { name } of layers) {
    const group = byName.get(name) ?? byLeaf.get(name);
    if (group !== undefined) found.set(name, group);
  }
  // Keras numbered the layers that have no names: conv2d_1, batch_normalization_1. They stand in the order of the layers.
  const taken = new Set(found.values());
  for (const { name, specs } of layers) {
    if (found.has(name)) continue;
    const group = file.groups.find(
      (one) => NUMBERED.test(one.name) && !taken.has(one) && isShapedLike(one, specs),
    );
    if (group === undefined) continue;
    taken.add(group);
    found.set(name, group);
  }
  return found;
}

/** The names that Keras gives: `conv2d`, `convolution2d_1`, `batch_normalization_4`. */
const NUMBERED = /^[a-z_]+(2d)?(_\d+)?$/;

function isShapedLike({ arrays }: FileGroup, specs: readonly NetworkWeight[]): boolean {
  return (
    arrays.length === specs.length &&
    specs.every(({ shape }, at) => sameShape(arrays[at]?.shape ?? [], shape))
  );
}

function unfit(
  where: string,
  layer: string,
  specs: readonly NetworkWeight[],
  group: FileGroup | undefined,
): PlaygroundError {
  const list = (arrays: readonly { readonly shape: Shape }[]) =>
    arrays.map(({ shape }) => formatShape(shape)).join(", ");
  return new PlaygroundError({
    code: "setting.invalid",
    where: `${where}, layer ${layer}`,
    rule: "the weights of the file do not fit this layer of the network",
    expected: list(specs),
    got: group === undefined ? "no layer of this name" : list(group.arrays),
    remedy: "Choose a recipe whose network is that of the file, or other weights.",
    context: { setting: "base", layer },
  });
}
