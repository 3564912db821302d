/** All networks that settings can select. Adding one takes a file, a line here and an option in `fields.ts`. */

import { isOpened } from "../../settings/fields.ts";
import type { BuiltNetwork, NetworkSettings } from "../../settings/settings.ts";
import type { LayerGraph } from "../graph.ts";
import { buildMnistConvnet } from "./mnistConvnet.ts";
import { isCut, withNewHead } from "./newHead.ts";
import { openedNetwork } from "./openedNetworks.ts";
import { buildReproductionV1 } from "./reproductionV1.ts";
import { buildTwoLayers } from "./twoLayers.ts";
import { buildXception } from "./xception.ts";

const NETWORKS: Readonly<Record<BuiltNetwork, (settings: NetworkSettings) => LayerGraph>> = {
  xception: (settings) => buildXception(settings),
  "reproduction-v1": buildReproductionV1,
  "mnist-convnet": buildMnistConvnet,
  "two-layers": buildTwoLayers,
};

/** Builds the network of these settings. `analyze` checks whether its layers fit together. */
export function buildNetwork(settings: NetworkSettings): LayerGraph {
  const { network } = settings;
  const graph = isOpened(network)
    ? openedNetwork(network).build(settings)
    : NETWORKS[network](settings);
  return isCut(settings) ? withNewHead(graph, settings) : graph;
}
