/** Writes weights in the layout of Keras Applications' files, which Keras 2.0 saved without a description of the layers, for tests. */
import type { LayerGraph } from "../../network/graph.ts";
import { inKerasOrder } from "../../network/kerasOrder.ts";
import { networkWeights } from "../../network/networkWeights.ts";
import { type Hdf5Group, toHdf5 } from "../keras/writeHdf5.ts";

/** @param without names of layers that the file leaves out */
export function officialLayout(
  graph: LayerGraph,
  weights: ReadonlyMap<string, Float32Array>,
  without: readonly string[] = [],
): Promise<Uint8Array<ArrayBuffer>> {
  const counts = new Map<string, number>();
  const numbered = (kind: string): string => {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return `${kind}_${count}`;
  };
  /** Keras numbered the layers of the shortcuts, which have no names. */
  const nameOf = (name: string): string => {
    if (name.endsWith("_residual_conv")) return numbered("conv2d");
    return name.endsWith("_residual_bn") ? numbered("batch_normalization") : name;
  };
  const specs = networkWeights(graph);
  const groups = new Map<string, Hdf5Group>();
  for (const { name: own } of inKerasOrder(graph)) {
    if (without.includes(own)) continue;
    const name = nameOf(own);
    const arrays = specs
      .filter(({ layer }) => layer === own)
      .map((spec) => ({
        path: `${name}/${spec.name}:0`,
        shape: spec.shape,
        values: weights.get(spec.path) ?? new Float32Array(),
      }));
    groups.set(name, { attributes: { weight_names: arrays.map(({ path }) => path) }, arrays });
  }
  const attributes = { keras_version: "2.0.4", backend: "tensorflow" };
  return toHdf5({ attributes: { ...attributes, layer_names: [...groups.keys()] }, groups });
}
