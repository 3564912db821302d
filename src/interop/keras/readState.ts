/** Reads back what this program wrote beside the weights of a Keras file: the optimiser's state. */
import type { LayerGraph } from "../../network/graph.ts";
import { inKerasOrder } from "../../network/kerasOrder.ts";
import { networkWeights } from "../../network/networkWeights.ts";
import type { Settings } from "../../settings/settings.ts";
import { withHdf5 } from "./hdf5.ts";
import { type OptimizerState, optimizerState } from "./optimizers.ts";

/**
 * @param bytes of a `.weights.h5` that this program wrote with these settings
 * @returns undefined when the file holds no state, or that of another optimiser.
 * @throws PlaygroundError `file.invalid` when the file is damaged
 */
export function readKerasState(
  bytes: Uint8Array,
  where: string,
  graph: LayerGraph,
  settings: Settings,
): Promise<OptimizerState | undefined> {
  const order = new Map(inKerasOrder(graph).map(({ name }, index) => [name, index]));
  const placeOf = (layer: string) => order.get(layer) ?? 0;
  const trained = networkWeights(graph, settings.frozenLayers)
    .filter(({ trainable, frozen }) => trainable && !frozen)
    .sort((a, b) => placeOf(a.layer) - placeOf(b.layer));
  return withHdf5(bytes, where, (file) => {
    const folder = "optimizer/vars";
    const names = file.keys(folder).toSorted((a, b) => Number(a) - Number(b));
    const arrays = names.map((name) => file.array(`${folder}/${name}`, name).read());
    return optimizerState(settings, arrays, trained);
  });
}
