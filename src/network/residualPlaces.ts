/**
 * Finds the residual blocks of a network whose layers do not say where they stand. A block reaches from the layer where the
 * branches part, which is outside of it, to the Add where they meet. Of nested blocks it finds the inner ones.
 */
import { greatestOf } from "../core/numbers.ts";
import type { Layer, LayerPlace } from "./graph.ts";

/** @param layers in topological order */
export function residualPlaces(layers: readonly Layer[]): ReadonlyMap<string, LayerPlace> {
  const places = new Map<string, LayerPlace>();
  /** For each layer, itself and every layer before it on some path. */
  const histories = new Map<string, ReadonlySet<string>>();
  const historyOf = (name: string) => histories.get(name) ?? new Set<string>();
  let number = 0;
  for (const { name, type, inputs } of layers) {
    const paths = inputs.map(historyOf);
    histories.set(name, new Set([...paths.flatMap((path) => [...path]), name]));
    if (type !== "Add") continue;
    const fork = layers.findLast((layer) => paths.every((path) => path.has(layer.name)));
    const outside = historyOf(fork?.name ?? "");
    const branches = paths.map((path) => [...path].filter((member) => !outside.has(member)));
    const inside = [...branches.flat(), name];
    if (inside.some((member) => places.has(member))) continue;
    number += 1;
    const block = { id: `residual ${number}`, number };
    for (const member of inside) places.set(member, { block });
    const longest = greatestOf(branches.map(({ length }) => length));
    const shorter = branches.filter(({ length }) => length < longest);
    for (const member of shorter.flat()) places.set(member, { block, shortcut: true });
  }
  return places;
}
