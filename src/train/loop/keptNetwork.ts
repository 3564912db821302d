/**
 * What remains of a run that failed: the newest copy of its weights outside the device, for exporting files. It cannot compute.
 */
import type { ExecutorState, WeightSource } from "../../exec/executor.ts";
import { buildNetwork } from "../../network/networks/registry.ts";
import { networkWeights } from "../../network/networkWeights.ts";
import type { Settings } from "../../settings/settings.ts";

/** Takes the place of the executor that made the copy. */
export function keptWeights({ vectors }: ExecutorState, settings: Settings): WeightSource {
  const weights = networkWeights(buildNetwork(settings)).flatMap(({ path }) => {
    const values = vectors.get(path);
    return values === undefined ? [] : [[path, Float32Array.from(values)] as const];
  });
  return { readWeights: async () => new Map(weights) };
}
