/** Lists the weights of a network in Keras' order, with paths, and marks the frozen ones. */
import { analyze } from "./analyze.ts";
import type { LayerGraph } from "./graph.ts";
import type { NetworkWeight } from "./weights.ts";

/** @param frozenLayers how many layers, in the graph's order (the input counts), are frozen. */
export function networkWeights(graph: LayerGraph, frozenLayers = 0): readonly NetworkWeight[] {
  return analyze(graph).layers.flatMap(({ layer, weights }, index) =>
    weights.map((weight) => ({
      ...weight,
      path: `${layer.name}/${weight.name}`,
      layer: layer.name,
      frozen: index < frozenLayers,
    })),
  );
}
