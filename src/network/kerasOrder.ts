/**
 * The order in which Keras lists the layers of a functional model, whatever the order in its configuration: by decreasing depth
 * below the output, and at one depth by a search from the output (`map_graph` in `keras/src/ops/function.py`). Weights in files
 * are in this order, so are the variables of an optimiser, and it numbers the layers that are frozen.
 */
import type { Layer, LayerGraph } from "./graph.ts";

export function inKerasOrder({ layers }: LayerGraph): readonly Layer[] {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  const depths = new Map<string, number>();
  for (const { name, inputs } of layers.toReversed()) {
    const depth = depths.get(name) ?? 0;
    for (const input of inputs) depths.set(input, Math.max(depth + 1, depths.get(input) ?? 0));
  }
  const found: string[] = [];
  const pending = layers.slice(-1).map(({ name }) => name);
  const seen = new Set<string>();
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    found.push(name);
    for (const input of (byName.get(name)?.inputs ?? []).toReversed()) pending.push(input);
  }
  const depthOf = (layer: Layer) => depths.get(layer.name) ?? 0;
  return found.flatMap((name) => byName.get(name) ?? []).sort((a, b) => depthOf(b) - depthOf(a));
}
