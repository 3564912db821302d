import type { NetworkSettings } from "../../settings/settings.ts";
import type { LayerGraph } from "../graph.ts";
import { buildXception } from "./xception.ts";

/**
 * R3's first network, with the two calls mended that its print makes and never applies (block 4's pool, the exit's
 * first ReLU). It still does not fit together: block 4 pools without padding and its shortcut has 758 filters for
 * 728. Which sizes clash follows from the input size, and `analyze` says it.
 */
export function buildReproductionV1(settings: NetworkSettings): LayerGraph {
  return buildXception(settings, {
    name: "reproduction-v1",
    middleFilters: 758,
    block4Pool: "valid",
    block4ShortcutFilters: 758,
  });
}
