/** The trained weights in a checkpoint, wherever they are needed: to start another run from, to look at, to export. */
import { PlaygroundError } from "../core/errors.ts";
import { buildNetwork } from "../network/networks/registry.ts";
import { networkWeights } from "../network/networkWeights.ts";
import type { Settings } from "../settings/settings.ts";
import type { Checkpoint, CheckpointSummary, LaneCheckpoint } from "./checkpoint.ts";

export interface TrainedWeights {
  /** As the person set them. */
  readonly settings: Settings;
  /** The number of steps after which the weights were read. */
  readonly step: number;
  /** Keyed by path. */
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly best: LaneCheckpoint["best"];
}

/** Returns the settings of one network of a checkpoint; undefined when it is not in it. */
export function settingsIn({ lanes }: CheckpointSummary, runId: string): Settings | undefined {
  return lanes.find((lane) => lane.runId === runId)?.settings;
}

/**
 * Returns the newest weights of one network, or the best ones when only those were kept.
 * @throws PlaygroundError `checkpoint.unusable` when the checkpoint holds none
 */
export function trainedWeights({ summary, lanes }: Checkpoint, runId: string): TrainedWeights {
  const lane = lanes[summary.lanes.findIndex((one) => one.runId === runId)];
  const settings = settingsIn(summary, runId);
  if (lane !== undefined && settings !== undefined) {
    const { state, best } = lane;
    if (state !== null) {
      const paths = networkWeights(buildNetwork(settings)).map(({ path }) => path);
      const weights = new Map<string, Float32Array>();
      for (const path of paths) {
        const values = state.vectors.get(path);
        if (values !== undefined) weights.set(path, Float32Array.from(values));
      }
      return { settings, step: state.step, weights, best };
    }
    if (best !== null) return { settings, step: best.step, weights: best.weights, best };
  }
  throw new PlaygroundError({
    code: "checkpoint.unusable",
    where: "Checkpoint",
    rule: "it holds no weights of this network",
    remedy: "Choose another run.",
  });
}
