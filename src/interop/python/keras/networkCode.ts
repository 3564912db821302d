/** Writes the network: Xception as functions and loops, and any other graph layer by layer. */
import type { LayerGraph } from "../../../network/graph.ts";
import type { NetworkSettings } from "../../../settings/settings.ts";
import { literal } from "../pythonText.ts";
import { isPaddedMaximum, listing, PAD_FUNCTION, requireKeras } from "./layerCalls.ts";
import { xceptionCode } from "./xceptionCode.ts";

/**
 * @param settings those that gave the graph; `null` for a graph that no setting gives.
 * @throws PlaygroundError `file.unavailable` naming the layer that Keras lacks
 */
export function networkCode(graph: LayerGraph, settings: NetworkSettings | null): string {
  requireKeras(graph);
  if (settings?.network === "xception") return xceptionCode(settings);
  return [
    ...(graph.layers.some(isPaddedMaximum) ? [`${PAD_FUNCTION}\n\n`] : []),
    "def build_network():",
    ...listing(graph),
    `    return keras.Model(image, x, name=${literal(graph.name.replaceAll("/", "_"))})`,
  ].join("\n");
}
