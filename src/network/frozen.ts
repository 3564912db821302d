/**
 * Which layers of a network are frozen: the first ones in Keras' order, as many as a setting says. Training changes no bit of their
 * weights, and their batch norms use their moving statistics, as in Keras for `trainable = False`. Pure functions.
 */
import { graphOf, type NetworkAnalysis } from "./analysis.ts";
import type { LayerGraph } from "./graph.ts";
import { inKerasOrder } from "./kerasOrder.ts";

/**
 * Returns the names of the frozen layers. All layers that a frozen layer reads from are frozen too, because they have a greater depth
 * and so a smaller number.
 */
export function frozenNames(graph: LayerGraph, frozenLayers: number): ReadonlySet<string> {
  if (frozenLayers === 0) return new Set();
  const first = inKerasOrder(graph).slice(0, frozenLayers);
  return new Set(first.map(({ name }) => name));
}

/** Returns how many numbers training changes by their gradients. */
export function trainedParams(analysis: NetworkAnalysis, frozenLayers: number): number {
  const frozen = frozenNames(graphOf(analysis), frozenLayers);
  return analysis.layers.reduce(
    (count, entry) => (frozen.has(entry.layer.name) ? count - entry.trainableParams : count),
    analysis.trainableParams,
  );
}
