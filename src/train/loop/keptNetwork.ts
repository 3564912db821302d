/**
 * What remains of a run that failed: the newest copy of its weights outside the device, for exporting files. It cannot compute.
 */
import type { ExecutorState, StateHolder, WeightSource } from "../../exec/executor.ts";
import { buildNetwork } from "../../network/networks/registry.ts";
import { networkWeights } from "../../network/networkWeights.ts";
import type { Settings } from "../../settings/settings.ts";

/** Takes the place of the executor that made the copy. */
export function keptWeights(
  state: ExecutorState,
  settings: Settings,
): WeightSource & Pick<StateHolder, "readState"> {
  const weights = networkWeights(buildNetwork(settings)).flatMap(({ path }) => {
    const values = state.vectors.get(path);
    return values === undefined ? [] : [[path, Float32Array.from(values)] as const];
  });
  return { readWeights: async () => new Map(weights), readState: async () => state };
}
