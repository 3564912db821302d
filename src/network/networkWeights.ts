/** Lists the weights of a network, layer by layer, with paths, and marks the frozen ones. */
import { analyze } from "./analyze.ts";
import { frozenNames } from "./frozen.ts";
import type { LayerGraph } from "./graph.ts";
import type { NetworkWeight } from "./weights.ts";

/** @param frozenLayers how many layers, in Keras' order (the input counts), are frozen. */
export function networkWeights(graph: LayerGraph, frozenLayers = 0): readonly NetworkWeight[] {
  const frozen = frozenNames(graph, frozenLayers);
  return analyze(graph).layers.flatMap(({ layer, weights }) =>
    weights.map((weight) => ({
      ...weight,
      path: `${layer.name}/${weight.name}`,
      layer: layer.name,
      frozen: frozen.has(layer.name),
    })),
  );
}
