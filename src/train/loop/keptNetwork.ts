/**
 * What remains of a run that failed: the newest copy of its weights outside the device, for exporting files. It cannot compute.
 */
import { PlaygroundError } from "../../core/errors.ts";
import type { Executor, ExecutorState } from "../../exec/executor.ts";
import { buildNetwork } from "../../network/networks/registry.ts";
import { networkWeights } from "../../network/networkWeights.ts";
import type { Settings } from "../../settings/settings.ts";
import type { LentNetwork } from "./lentNetwork.ts";

/** Stands in for the executor that made the copy. */
export function keptExecutor(
  { vectors }: ExecutorState,
  settings: Settings,
): LentNetwork["executor"] {
  const weights = networkWeights(buildNetwork(settings)).flatMap(({ path }) => {
    const values = vectors.get(path);
    return values === undefined ? [] : [[path, Float32Array.from(values)] as const];
  });
  return { readWeights: async () => new Map(weights), predict };
}

const predict: Executor["predict"] = async () => {
  throw new PlaygroundError({
    code: "file.unavailable",
    where: "Export",
    rule: "the run failed, and only its weights are kept",
    remedy: "Export the model, or train again.",
  });
};
