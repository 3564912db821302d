/** Counts a network that will be trained. */
import { serializeError } from "../core/errors.ts";
import type { NetworkSettings } from "../settings/settings.ts";
import type { NetworkCosts } from "../settings/sweeps/planSweep.ts";
import { analyze } from "./analyze.ts";
import { headUnits } from "./head.ts";
import { buildNetwork } from "./networks/registry.ts";

/** Returns the counts, or in a sentence why the network cannot be built or trained. */
export function networkCosts(settings: NetworkSettings): NetworkCosts | string {
  try {
    const analysis = analyze(buildNetwork(settings));
    headUnits(analysis);
    return { parameters: analysis.params, macs: analysis.macs };
  } catch (error) {
    return serializeError(error).message;
  }
}
