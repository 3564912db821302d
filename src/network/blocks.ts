/**
 * Groups the layers of a network into blocks, for pictures and tables. The builders of `networks/` say where a layer stands. In
 * a network from elsewhere no layer says so, and each residual connection makes a block instead.
 */
import type { LayerAnalysis } from "./analysis.ts";
import type { Layer, LayerPlace } from "./graph.ts";
import { residualPlaces } from "./residualPlaces.ts";

export interface Block extends NonNullable<LayerPlace["block"]> {
  /** In the order of the network. */
  readonly layers: readonly LayerAnalysis[];
}

/** Maps each layer's name to its place in the network. */
export function placesOf(layers: readonly LayerAnalysis[]): ReadonlyMap<string, LayerPlace> {
  const saysSo = layers.some(({ layer }) => layer.place?.block !== undefined);
  return saysSo
    ? new Map(layers.map(({ layer }) => [layer.name, layer.place ?? {}]))
    : residualPlaces(layers.map(({ layer }) => layer));
}

/** Returns the blocks and the layers outside of all blocks, each at the position of its first layer. */
export function blocksAndLayers(
  layers: readonly LayerAnalysis[],
  places = placesOf(layers),
): readonly (LayerAnalysis | Block)[] {
  const blocks = new Map<string, Block & { readonly layers: LayerAnalysis[] }>();
  const items: (LayerAnalysis | Block)[] = [];
  for (const entry of layers) {
    const block = places.get(entry.layer.name)?.block;
    const open = block && blocks.get(block.id);
    if (open !== undefined) open.layers.push(entry);
    else if (block === undefined) items.push(entry);
    else {
      const started = { ...block, layers: [entry] };
      blocks.set(block.id, started);
      items.push(started);
    }
  }
  return items;
}

/** Returns the name of the convolution that the layer is, or that it is one step of. */
export function convolutionName({ name, place }: Layer): string {
  return place?.convolution ?? name;
}
