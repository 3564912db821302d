/**
 * The names under which Keras 3 stores the layers of a model: the class in snake case, and from the second layer of a class on
 * its count within the model around it (`keras/src/saving/saving_lib.py`, `_save_container_state`).
 */
import type { Config } from "../jsonConfig.ts";

/** @returns for each node's name, the groups from the outermost model to the layer. */
export function countedNames(model: Config): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  addModel(model, [], [], found);
  return found;
}

function addModel(
  model: Config,
  path: readonly string[],
  groups: readonly string[],
  found: Map<string, readonly string[]>,
): void {
  const counts = new Map<string, number>();
  const config = model.value("config");
  const layers = Array.isArray(config) ? config : model.object("config").list("layers");
  for (const value of layers) {
    const layer = model.with(value);
    const className = layer.text("class_name");
    const name = layer.object("config").text("name");
    const base = snakeCaseOfClass(className);
    const count = counts.get(base) ?? 0;
    counts.set(base, count + 1);
    const inner = [...groups, count === 0 ? base : `${base}_${count}`];
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
