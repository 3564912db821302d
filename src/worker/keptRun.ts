/** Opens the place where a run keeps its checkpoints, for this worker alone, and reads the newest one. */
import type { Checkpoint } from "../checkpoint/checkpoint.ts";
import { newestCheckpoint } from "../checkpoint/checkpointStore.ts";
import { runsFolder } from "../checkpoint/opfsFolders.ts";
import { PlaygroundError } from "../core/errors.ts";
import type { RunCheckpoints } from "../train/loop/runCheckpoint.ts";
import { opfsFolder } from "./opfsFolder.ts";

const LOCK = "xception-playground.checkpoints.";

/**
 * The lock is released when the worker ends, so two tabs never write the checkpoints of one run.
 * @throws what the storage throws where there is none; PlaygroundError `checkpoint.unusable` when another tab writes this run
 */
export async function openCheckpoints(runId: string, recipe: string): Promise<RunCheckpoints> {
  await runsFolder();
  if (!(await lockRun(runId)))
    throw new PlaygroundError({
      code: "checkpoint.unusable",
      where: "Checkpoint",
      rule: "another tab of this page trains this run",
      remedy: "Go on there, or close that tab.",
    });
  return { folder: opfsFolder(runId), recipe };
}

/** @throws PlaygroundError `checkpoint.unusable` when there is none to go on from */
export async function checkpointToResume({ folder }: RunCheckpoints): Promise<Checkpoint> {
  const { checkpoint, refused } = await newestCheckpoint(folder);
  if (checkpoint !== null && !checkpoint.summary.isFinished) return checkpoint;
  const [damaged] = refused;
  throw new PlaygroundError({
    code: "checkpoint.unusable",
    where: "Checkpoint",
    rule: "no checkpoint of this run can be read",
    ...(damaged && { got: `${damaged.name}: ${damaged.reason}`.replace(/[.]$/, "") }),
    remedy: "Train from the start.",
  });
}

/** A worker of this tab that was just ended releases its lock within this time. */
const PATIENCE_MS = 3000;

/** Resolves with false when another tab holds the lock. Browsers without locks (plain http) have no such storage either. */
function lockRun(runId: string): Promise<boolean> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  return new Promise((resolve) => {
    const holdForEver = () => {
      resolve(true);
      return new Promise<never>(() => {});
    };
    navigator.locks.request(`${LOCK}${runId}`, { signal }, holdForEver).catch(() => resolve(false));
  });
}
