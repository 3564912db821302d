/**
 * Computes the order in which Keras lists the layers of a functional model. That order decides which layers are "before"
 * another one when branches run in parallel, and so which layers a golden froze.
 */
import type { Layer, LayerGraph } from "../network/graph.ts";

/**
 * Returns the same network with its layers in Keras' order: by descending distance from the output (the longest path counts),
 * and at the same distance in the order in which a walk from the output back reaches them. This is still a topological order.
 */
export function inKerasOrder(graph: LayerGraph): LayerGraph {
  const byName = new Map(graph.layers.map((layer) => [layer.name, layer]));
  const inputsOf = (layer: Layer) => layer.inputs.flatMap((name) => byName.get(name) ?? []);

  const met = new Map<Layer, number>();
  const walk = (layer: Layer) => {
    if (met.has(layer)) return;
    met.set(layer, met.size);
    inputsOf(layer).forEach(walk);
  };
  const last = graph.layers.at(-1);
  if (last !== undefined) walk(last);

  const distance = new Map<Layer, number>();
  for (const layer of graph.layers.toReversed()) {
    const own = distance.get(layer) ?? 0;
    distance.set(layer, own);
    for (const input of inputsOf(layer))
      distance.set(input, Math.max(own + 1, distance.get(input) ?? 0));
  }
  const layers = graph.layers.toSorted(
    (a, b) =>
      (distance.get(b) ?? 0) - (distance.get(a) ?? 0) || (met.get(a) ?? 0) - (met.get(b) ?? 0),
  );
  return { ...graph, layers };
}
