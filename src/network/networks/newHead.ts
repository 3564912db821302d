/**
 * Cuts a network off behind one of its layers and gives it a new head. What the layer does not depend on falls away. The same cut serves
 * networks that are built from settings and those of opened models. Pure functions.
 */
import { PlaygroundError } from "../../core/errors.ts";
import { greatestOf } from "../../core/numbers.ts";
import type { NetworkSettings } from "../../settings/settings.ts";
import { analyze } from "../analyze.ts";
import type { Layer, LayerGraph } from "../graph.ts";
import { layersUpTo } from "../layersUpTo.ts";

type NewHead = Pick<
  NetworkSettings,
  "cutLayer" | "headPooling" | "headDropout" | "head" | "classes"
>;

/** Whether the settings cut their network off. */
export function isCut({ cutLayer }: Pick<NetworkSettings, "cutLayer">): boolean {
  return cutLayer !== "none";
}

/**
 * Returns the layers that lead to the cut layer, in their order, followed by pooling, dropout and one dense layer with a softmax. A
 * cut layer that gives a vector already is not pooled, and a dropout of 0 adds no layer.
 *
 * @throws PlaygroundError `setting.invalid` when the network has no such layer
 */
export function withNewHead(graph: LayerGraph, head: NewHead): LayerGraph {
  if (!graph.layers.some(({ name }) => name === head.cutLayer))
    throw noSuchLayer("cutLayer", head.cutLayer, graph);
  const kept = layersUpTo(graph.layers, head.cutLayer);
  const shape = analyze({ name: graph.name, layers: kept }).layers.at(-1)?.shape ?? [];
  const taken = new Set(kept.map(({ name }) => name));
  const added: Layer[] = [];
  const add = (name: string, layer: (of: { name: string; inputs: readonly string[] }) => Layer) => {
    let free = name;
    for (let count = 2; taken.has(free); count += 1) free = `${name}_${count}`;
    taken.add(free);
    added.push(layer({ name: free, inputs: [added.at(-1)?.name ?? head.cutLayer] }));
  };
  const [height = 1, width = 1] = shape;
  const isMap = shape.length > 1;
  if (isMap && head.headPooling === "average")
    add("head_pool", (of) => ({ type: "GlobalAveragePooling2D", ...of }));
  if (isMap && head.headPooling === "max")
    add("head_pool", (of) => ({
      ...{ type: "MaxPooling2D", ...of, padding: "valid" },
      ...{ poolSize: [height, width], strides: [height, width] },
    }));
  if (isMap && head.headPooling !== "average")
    add("head_flatten", (of) => ({ type: "Flatten", ...of }));
  if (head.headDropout > 0)
    add("head_dropout", (of) => ({ type: "Dropout", ...of, rate: head.headDropout }));
  add("head_classes", (of) => ({
    ...{ type: "Dense", ...of, units: head.classes, activation: head.head, useBias: true },
  }));
  return { name: graph.name, layers: [...kept, ...added] };
}

/** Returns the error for a name that no layer has, with the names that are most like it. */
export function noSuchLayer(
  setting: "cutLayer" | "frozenLayers",
  wanted: string,
  { name, layers }: LayerGraph,
): PlaygroundError {
  const likeness = (other: string) => {
    const shorter = Math.min(wanted.length, other.length);
    let same = 0;
    while (same < shorter && wanted[same] === other[same]) same += 1;
    return same;
  };
  const names = layers.map((layer) => layer.name);
  const best = greatestOf(names.map(likeness));
  const similar = names.filter((other) => likeness(other) === best).slice(0, 3);
  return new PlaygroundError({
    code: "setting.invalid",
    where: setting === "cutLayer" ? "Cut after" : "Frozen layers",
    rule: `${name} has no layer of this name`,
    expected: `a layer such as ${similar.join(", ")}`,
    got: wanted,
    remedy: "Take a name from the table of layers.",
    context: { setting },
  });
}
