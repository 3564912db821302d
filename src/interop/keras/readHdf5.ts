/**
 * Reads models and weights that Keras 1 to 3 saved as HDF5 (`.h5`, `.hdf5`), and the `.weights.h5` of Keras 3.
 *
 * A whole model has the attribute `model_config` and its weights in the group `model_weights`; a file of weights has the same
 * groups at its root. Both list their layers in the attribute `layer_names` and the arrays of a layer in `weight_names`. Keras 3
 * numbers arrays instead: `layers/conv2d_1/vars/0`.
 */
import type { StoredArray } from "../importedModel.ts";
import { wrongModel } from "../modelFault.ts";
import { type CountedName, countedName } from "./countedNames.ts";
import type { Hdf5Tree } from "./hdf5.ts";
import type { StoredGroup } from "./storedWeights.ts";
import type { WeightedNode } from "./toGraph.ts";

/** Returns the groups of arrays in the order of the layers, or undefined if the file is not of this form. */
export function namedGroups(file: Hdf5Tree): readonly StoredGroup[] | undefined {
  const root = file.has("model_weights") ? "/model_weights" : "/";
  return file.texts("layer_names", root)?.map((layer) => {
    const group = root === "/" ? layer : `${root}/${layer}`;
    const names = file.texts("weight_names", group) ?? [];
    return { name: layer, arrays: names.map((name) => file.array(`${group}/${name}`, name)) };
  });
}

/**
 * Returns the groups of a Keras 3 file for these layers. Keras counts the layers of each class within a model, and names groups
 * by the class in snake case with the count: `conv2d`, `conv2d_1`.
 *
 * @throws PlaygroundError `file.invalid` when a layer has no arrays.
 */
export function numberedGroups(
  file: Hdf5Tree,
  weighted: readonly WeightedNode[],
  counted: ReadonlyMap<string, readonly CountedName[]>,
): readonly StoredGroup[] {
  return weighted.map(({ node }) => {
    const steps = counted.get(node.name) ?? [];
    const group = groupAt(file, steps);
    if (group === undefined) {
      throw wrongModel(file.where, {
        rule: `the weights of the layer ${node.name} are missing`,
        expected: `a group ${steps.map(countedName).join("/")}`,
        got:
          [LAYERS, EARLY_LAYERS]
            .flatMap((folder) => file.keys(folder))
            .join(", ")
            .slice(0, 200) || "none",
        remedy: "Save the model again.",
      });
    }
    return {
      name: node.name,
      arrays: numberedArrays(file, group, steps.map(countedName).join("/")),
    };
  });
}

/**
 * Returns all groups of arrays of a Keras 3 file, by class and count; those of layers within models by their path.
 * @throws PlaygroundError `file.invalid` when there are too many, as in a file whose groups contain themselves
 */
export function allNumberedGroups(file: Hdf5Tree): readonly StoredGroup[] {
  const found: StoredGroup[] = [];
  const pending = [{ group: "", name: "" }];
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    const { group, name } = next;
    if (found.length > MAX_GROUPS) {
      throw wrongModel(file.where, {
        rule: "the file has too many groups",
        expected: `${MAX_GROUPS} at most`,
        got: "more",
        remedy: "Save the weights again.",
      });
    }
    if (name !== "") found.push({ name, arrays: numberedArrays(file, group, name) });
    const folder = [LAYERS, EARLY_LAYERS].find((one) => file.isGroup(`${group}/${one}`));
    if (folder === undefined) continue;
    for (const key of file.keys(`${group}/${folder}`))
      pending.push({
        group: `${group}/${folder}/${key}`,
        name: name === "" ? key : `${name}/${key}`,
      });
  }
  return found;
}

const MAX_GROUPS = 10_000;

function numberedArrays(file: Hdf5Tree, group: string, name: string): readonly StoredArray[] {
  const vars = [...file.keys(`${group}/vars`)].sort((a, b) => Number(a) - Number(b));
  return vars.map((number) => file.array(`${group}/vars/${number}`, `${name}/${number}`));
}

/** Finds the group of a layer by the names on the way to it from the outermost model. */
function groupAt(file: Hdf5Tree, steps: readonly CountedName[]): string | undefined {
  let found: readonly string[] = [""];
  for (const step of steps)
    found = found.flatMap((path) => [
      ...[`${path}/${LAYERS}/${countedName(step)}`].filter((next) => file.has(next)),
      ...earlyGroup(file, `${path}/${EARLY_LAYERS}`, step),
    ]);
  return found.find((path) => file.has(`${path}/vars`));
}

/** The folder of a model's layers in Keras 3, and its name before. */
const LAYERS = "layers";
const EARLY_LAYERS = "_layer_checkpoint_dependencies";

/** Before Keras 3, layers with weights counted twice, so that numbers are missing: `dense`, `dense_2`. Their order counts. */
function earlyGroup(file: Hdf5Tree, folder: string, { stem, count }: CountedName) {
  if (!file.has(folder)) return [];
  const numberOf = (key: string) => Number(key.slice(stem.length + 1) || 0);
  const own = file
    .keys(folder)
    .filter((key) => key.startsWith(stem) && /^(?:_\d+)?$/.test(key.slice(stem.length)))
    .toSorted((a, b) => numberOf(a) - numberOf(b));
  const key = own[count];
  return key === undefined ? [] : [`${folder}/${key}`];
}
