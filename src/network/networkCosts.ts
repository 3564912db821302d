/** Counts a network that will be trained. */
import type { NetworkSettings } from "../settings/settings.ts";
import type { NetworkCosts } from "../settings/sweeps/planSweep.ts";
import { analyze } from "./analyze.ts";
import { headUnits } from "./head.ts";
import { buildNetwork } from "./networks/registry.ts";

/** @throws PlaygroundError `network.*` for a network that cannot be built or trained */
export function networkCosts(settings: NetworkSettings): NetworkCosts {
  const analysis = analyze(buildNetwork(settings));
  headUnits(analysis);
  return { parameters: analysis.params, macs: analysis.macs };
}
