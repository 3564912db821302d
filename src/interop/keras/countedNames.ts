/**
 * The names under which Keras 3 stores the layers of a model: the class in snake case, and from the second layer of a class on
 * its count within the model around it (`keras/src/saving/saving_lib.py`, `_save_container_state`).
 */
import type { Config } from "../jsonConfig.ts";

/** A group of a stored model. */
export interface CountedName {
  /** The class in snake case. */
  readonly stem: string;
  /** How many layers of this class come before it in the model around it. */
  readonly count: number;
}

/** `dense`, `dense_1`, ... */
export function countedName({ stem, count }: CountedName): string {
  return count === 0 ? stem : `${stem}_${count}`;
}

/** @returns for each node's name, the groups from the outermost model to the layer. */
export function countedNames(model: Config): ReadonlyMap<string, readonly CountedName[]> {
  const found = new Map<string, readonly CountedName[]>();
  addModel(model, [], [], found);
  return found;
}

function addModel(
  model: Config,
  path: readonly string[],
  groups: readonly CountedName[],
  found: Map<string, readonly CountedName[]>,
): void {
  const counts = new Map<string, number>();
  const config = model.value("config");
  const layers = Array.isArray(config) ? config : model.object("config").list("layers");
  for (const value of layers) {
    const layer = model.with(value);
    const className = layer.text("class_name");
    const name = layer.object("config").text("name");
    const stem = snakeCaseOfClass(className);
    const count = counts.get(stem) ?? 0;
    counts.set(stem, count + 1);
    const inner = [...groups, { stem, count }];
    if (layer.object("config").has("layers")) addModel(layer, [...path, name], inner, found);
    else found.set([...path, name].join("/"), inner);
  }
}

/** Keras' `to_snake_case`: `SeparableConv2D` becomes `separable_conv2d`. */
export function snakeCaseOfClass(name: string): string {
  return name
    .replace(/\W+/g, "")
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}
