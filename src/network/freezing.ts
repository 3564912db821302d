/** Finds how many layers are to be frozen, and refuses to freeze all. Pure functions. */
import { PlaygroundError } from "../core/errors.ts";
import { greatestOf } from "../core/numbers.ts";
import { graphOf, type NetworkAnalysis } from "./analysis.ts";
import { analyze } from "./analyze.ts";
import { placesOf } from "./blocks.ts";
import { trainedParams } from "./frozen.ts";
import type { LayerGraph } from "./graph.ts";
import { inKerasOrder } from "./kerasOrder.ts";
import { noSuchLayer } from "./networks/newHead.ts";

/** Returns each layer's number in Keras' order, from 1. */
export function layerNumbers(graph: LayerGraph): ReadonlyMap<string, number> {
  return new Map(inKerasOrder(graph).map(({ name }, index) => [name, index + 1]));
}

/**
 * Returns the number of frozen layers when all are up to one, which is named, or through a block, by its id: `block4`.
 *
 * @throws PlaygroundError `setting.invalid` when there is neither
 */
export function frozenThrough(graph: LayerGraph, name: string): number {
  const numbers = layerNumbers(graph);
  const number = numbers.get(name);
  if (number !== undefined) return number;
  const inBlock = [...placesOf(analyze(graph).layers)].filter(
    ([, { block }]) => block?.id === name,
  );
  if (inBlock.length === 0) throw noSuchLayer("frozenLayers", name, graph);
  return greatestOf(inBlock.map(([layer]) => numbers.get(layer) ?? 0));
}

/** @throws PlaygroundError `setting.invalid` when training would change no weight */
export function requireTrainedParams(analysis: NetworkAnalysis, frozenLayers: number): void {
  // A network without any trainable weight is another fault, or a demonstration that nothing is learnt.
  if (frozenLayers === 0 || trainedParams(analysis, frozenLayers) > 0) return;
  const { layers } = analysis;
  const numbers = layerNumbers(graphOf(analysis));
  const trainable = layers.filter(({ trainableParams }) => trainableParams > 0);
  const last = greatestOf(trainable.map(({ layer }) => numbers.get(layer.name) ?? 0));
  throw new PlaygroundError({
    code: "setting.invalid",
    where: "Frozen layers",
    rule: "no layer with weights is left to train",
    expected: `at most ${last - 1} of ${layers.length} layers`,
    got: String(frozenLayers),
    remedy: "Freeze fewer layers.",
    context: { setting: "frozenLayers" },
  });
}
