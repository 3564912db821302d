/** Assembles the checkpoint of a run or a race from its parts. */
import type { Checkpoint, CheckpointSummary, LaneCheckpoint } from "../../checkpoint/checkpoint.ts";
import type { CheckpointFolder } from "../../checkpoint/checkpointStore.ts";
import { VERSION } from "../../core/version.ts";
import type { ExecutorState, WeightSource } from "../../exec/executor.ts";
import { openedNetwork } from "../../network/networks/openedNetworks.ts";
import { isOpened } from "../../settings/fields.ts";
import type { Settings } from "../../settings/settings.ts";
import type { SettingsChange } from "../../settings/steering.ts";
import type { RunData } from "../data/runData.ts";
import type { WrittenBy } from "../engine/restoreState.ts";
import type { BestWeights } from "./bestWeights.ts";
import type { LaneMemory } from "./lane.ts";
import { dataKey } from "./prepareRun.ts";
import type { RunHistory } from "./runHistory.ts";
import { cursorAt, type LoopPlace } from "./trainLanes.ts";

export interface RunCheckpoints {
  readonly folder: CheckpointFolder;
  /** The recipe's id, which the checkpoint states as the origin of the settings. */
  readonly recipe: string;
  /** Aborts when a person deletes the run while it goes on. It then keeps no more checkpoints. */
  readonly forgotten?: AbortSignal;
  /** Overrides the least time between two; tests do. */
  readonly leastIntervalMs?: number;
  /**
   * Called before the checkpoint of the finished run replaces those from which it can go on. Requests are served meanwhile. The
   * terminal writes its files, which a kill then cannot cost.
   */
  readonly beforeFinished?: () => Promise<void>;
}

/** One network of the run or the race. */
export interface CheckpointedLane {
  readonly runId: string;
  /** As the person set them, with the changes during the run. */
  readonly settings: Settings;
  /** What a person calls the network of a race. */
  readonly name?: string | undefined;
  /** `null` for a network that takes no further step. */
  readonly state: ExecutorState | null;
  readonly info: WrittenBy;
  readonly best: BestWeights | null;
  readonly memory: LaneMemory;
  readonly history: RunHistory;
  /** Why the network takes no further step. */
  readonly failure?: LaneCheckpoint["failure"];
}

export interface CheckpointParts
  extends Pick<CheckpointSummary, "runId" | "recipe" | "totalSteps" | "isFinished"> {
  readonly place: LoopPlace;
  readonly data: RunData;
  readonly changes: readonly SettingsChange[];
  readonly lanes: readonly CheckpointedLane[];
}

/** The vectors are not copied. No part may be changed until the checkpoint is written. */
export function runCheckpoint({
  place,
  data,
  changes,
  lanes,
  ...summary
}: CheckpointParts): Checkpoint {
  return {
    summary: {
      ...summary,
      step: place.step,
      savedAt: Date.now(),
      program: VERSION,
      lanes: lanes.map(({ runId, settings, name }) => ({ runId, settings, name })),
      ...(data.description.own?.checksum && { ownFiles: data.description.own.checksum }),
      ...networksOf(lanes),
    },
    cursor: cursorAt(place, place.step),
    isSettled: place.isSettled,
    data: dataKey(data),
    changes: [...changes],
    lanes: lanes.map(({ state, info, best, memory, history, failure = null }) => ({
      state: state && { step: state.step, vectors: new Map(state.vectors) },
      engine: info.engine,
      backend: info.backend,
      best: best && { ...best, weights: new Map(best.weights) },
      ...memory,
      history: history.read(place.isSettled ? undefined : place.step),
      failure,
    })),
  };
}

/** Returns the weights that a finished run keeps: those of the best validation, or the last ones without any validation. */
export async function finalWeights(
  best: BestWeights | null,
  executor: WeightSource,
  step: number,
): Promise<BestWeights> {
  if (best !== null) return best;
  const weights = await executor.readWeights();
  return { step, loss: Number.NaN, accuracy: Number.NaN, numImages: 0, weights };
}

/** A checkpoint holds the networks of the opened models that its settings name, because no other file may have them. */
function networksOf(lanes: readonly CheckpointedLane[]): Pick<CheckpointSummary, "networks"> {
  const names = new Set(lanes.map(({ settings }) => settings.network).filter(isOpened));
  if (names.size === 0) return {};
  return {
    networks: [...names].map((name) => {
      const { title, graph } = openedNetwork(name);
      return { title, graph };
    }),
  };
}
