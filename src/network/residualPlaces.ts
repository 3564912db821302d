/**
 * Finds the residual blocks of a network whose layers do not say where they stand. A block reaches from the layer where the
 * branches part, which is outside of it, to the Add where they meet. Of nested blocks it finds the inner ones.
 */
import { greatestOf } from "../core/numbers.ts";
import type { Layer, LayerPlace } from "./graph.ts";

/** @param layers in topological order */
export function residualPlaces(layers: readonly Layer[]): ReadonlyMap<string, LayerPlace> {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  const inputsOf = (name: string) => byName.get(name)?.inputs ?? [];
  const fork = forksOf(layers);
  const places = new Map<string, LayerPlace>();
  let number = 0;
  for (const { name, type, inputs } of layers) {
    const start = fork.get(name);
    if (type !== "Add" || start === undefined) continue;
    /** Per input of the Add, every layer between the fork and the Add. */
    const branches = inputs.map((input) => {
      const branch = new Set<string>();
      const open = [input];
      for (let at = open.pop(); at !== undefined; at = open.pop()) {
        if (at === start || branch.has(at)) continue;
        branch.add(at);
        for (const from of inputsOf(at)) open.push(from);
      }
      return branch;
    });
    const inside = new Set([...branches.flatMap((branch) => [...branch]), name]);
    if ([...inside].some((member) => places.has(member))) continue;
    number += 1;
    const block = { id: `residual ${number}`, number };
    const longest = greatestOf(branches.map(({ size }) => size));
    for (const member of inside) {
      const isShortcut = branches.some((branch) => branch.has(member) && branch.size < longest);
      places.set(member, isShortcut ? { block, shortcut: true } : { block });
    }
  }
  return places;
}

/** For each layer, the nearest layer that every path from the input to it goes through (its immediate dominator). */
function forksOf(layers: readonly Layer[]): ReadonlyMap<string, string> {
  const order = new Map(layers.map(({ name }, index) => [name, index]));
  const forks = new Map<string, string>();
  const meet = (a: string, b: string): string => {
    let [one, other] = [a, b];
    while (one !== other) {
      const isLater = (order.get(one) ?? 0) > (order.get(other) ?? 0);
      const above = forks.get(isLater ? one : other);
      if (above === undefined) return one;
      if (isLater) one = above;
      else other = above;
    }
    return one;
  };
  for (const { name, inputs } of layers) {
    if (inputs.length > 0) forks.set(name, inputs.reduce(meet));
  }
  return forks;
}
