/**
 * The checkpoints that belong to recorded runs: how much room they take, and that they are pinned and deleted with their runs. A
 * browser without such storage has none.
 */
import { tellForgotten } from "../../checkpoint/forgetting.ts";
import {
  type CheckpointUsage,
  runsToClear,
  type StorageEstimate,
  usageOf,
} from "../../checkpoint/room.ts";
import { type RunFolders, storedRuns } from "../../checkpoint/runFolders.ts";
import { lockedRuns } from "../../checkpoint/runLocks.ts";

export interface CheckpointsInUse extends CheckpointUsage {
  /** The runs whose checkpoints are removed as soon as room is needed, the first one first, by the ids of their folders. */
  readonly next: readonly string[];
}

export interface KeptCheckpoints {
  /** Rejects where the browser has no such storage. */
  usage(): Promise<CheckpointsInUse>;
  /** Removes the checkpoints of runs and stops those that go on from keeping more; with `all`, of every run. */
  forget(folders: readonly string[] | "all"): Promise<void>;
  pin(folder: string, isPinned: boolean): Promise<void>;
}

export function createKeptCheckpoints(
  folders: RunFolders,
  estimate: () => Promise<StorageEstimate>,
  locks: LockManager | undefined,
): KeptCheckpoints {
  return {
    async usage() {
      const [stored, granted, inUse] = await Promise.all([
        storedRuns(folders),
        estimate(),
        lockedRuns(locks),
      ]);
      const usage = usageOf(stored, granted);
      const all = runsToClear(stored, { ...usage, limitBytes: 0 }, 0, inUse);
      return { ...usage, next: all.map(({ runId }) => runId) };
    },
    async forget(runs) {
      tellForgotten(runs === "all" ? runs : [...runs]);
      const ids = runs === "all" ? await folders.ids().catch(() => []) : runs;
      await Promise.all(ids.map((runId) => folders.discard(runId)));
    },
    async pin(folder, isPinned) {
      await folders.pin(folder, isPinned).catch(() => {});
    },
  };
}
