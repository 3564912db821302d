import type { NetworkSettings } from "../../settings/settings.ts";
import type { LayerGraph } from "../graph.ts";
import { buildXception } from "./xception.ts";

/**
 * R3's first network, with two calls repaired that its print creates and never applies (block 4's pool, the exit's first ReLU).
 * It is still invalid: block 4 pools without padding, and its shortcut has 758 filters instead of 728. Which sizes conflict
 * depends on the input size, and `analyze` reports it.
 */
export function buildReproductionV1(settings: NetworkSettings): LayerGraph {
  return buildXception(settings, {
    name: "reproduction-v1",
    middleFilters: 758,
    block4Pool: "valid",
    block4ShortcutFilters: 758,
  });
}
