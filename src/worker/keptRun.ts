/** Opens the place where a run keeps its checkpoints, for this worker alone, and reads the newest one. */
import type { Checkpoint } from "../checkpoint/checkpoint.ts";
import {
  type CheckpointFolder,
  newestCheckpoint,
  type ReadableFolder,
} from "../checkpoint/checkpointStore.ts";
import { forgettingOf, untilForgotten } from "../checkpoint/forgetting.ts";
import { opfsFolders, readableFolder } from "../checkpoint/opfsFolders.ts";
import { makeRoom } from "../checkpoint/room.ts";
import { lockedRuns, lockRun } from "../checkpoint/runLocks.ts";
import { trainedWeights } from "../checkpoint/trainedWeights.ts";
import { PlaygroundError } from "../core/errors.ts";
import { folderOf } from "../core/folderOf.ts";
import { formatCount } from "../core/units.ts";
import { trainedShapes } from "../network/matchWeights.ts";
import { buildNetwork } from "../network/networks/registry.ts";
import type { ChosenWeightsOrder } from "../protocol/commands.ts";
import type { ChosenWeights } from "../train/data/baseWeights.ts";
import type { RunCheckpoints } from "../train/loop/runCheckpoint.ts";
import { opfsFolder } from "./opfsFolder.ts";

/** A worker of this tab that was just ended releases its lock within this time. */
const PATIENCE_MS = 3000;

/**
 * The lock is released when the worker ends, so two tabs never write the checkpoints of one run. Browsers without locks (plain
 * http) have no such storage either.
 * @throws what the storage throws where there is none; PlaygroundError `checkpoint.unusable` when another tab writes this run
 */
export async function openCheckpoints(runId: string, recipe: string): Promise<RunCheckpoints> {
  const { storage, locks } = navigator;
  const folders = opfsFolders();
  await folders.ids();
  if (!(await lockRun(locks, runId, PATIENCE_MS)))
    throw new PlaygroundError({
      code: "checkpoint.unusable",
      where: "Checkpoint",
      rule: "another tab of this page trains this run",
      remedy: "Go on there, or close that tab.",
    });
  const forgotten = forgettingOf(runId);
  const folder = opfsFolder(runId);
  const bounded: CheckpointFolder = {
    ...folder,
    async create(name, sizeBytes) {
      const [estimate, inUse] = await Promise.all([storage.estimate(), lockedRuns(locks)]);
      await makeRoom(folders, sizeBytes, estimate, inUse);
      return folder.create(name, sizeBytes);
    },
  };
  return { folder: untilForgotten(bounded, forgotten), recipe, forgotten };
}

/** @throws PlaygroundError `checkpoint.unusable` when there is none to go on from */
export async function checkpointToResume({ folder }: RunCheckpoints): Promise<Checkpoint> {
  return newestOf(folder, ({ summary }) => !summary.isFinished);
}

/**
 * Reads the newest checkpoint of a run, or of the race of a lane. Another tab may be writing the next one.
 * @throws PlaygroundError `checkpoint.unusable` when there is none
 */
export async function keptCheckpoint(runId: string): Promise<Checkpoint> {
  return newestOf(readableFolder(folderOf(runId)), () => true);
}

/** @throws PlaygroundError `setting.invalid` when the weights that a person chose are gone */
export async function readChosenWeights({
  runId,
  title,
}: ChosenWeightsOrder): Promise<ChosenWeights> {
  const { settings, weights, step } = trainedWeights(await keptCheckpoint(runId), runId);
  const shapes = trainedShapes(buildNetwork(settings), weights);
  return { origin: `${title}, step ${formatCount(step)}`, shapes, weights };
}

async function newestOf(
  folder: ReadableFolder,
  fits: (checkpoint: Checkpoint) => boolean,
): Promise<Checkpoint> {
  const { checkpoint, refused } = await newestCheckpoint(folder);
  if (checkpoint !== null && fits(checkpoint)) return checkpoint;
  const [damaged] = refused;
  throw new PlaygroundError({
    code: "checkpoint.unusable",
    where: "Checkpoint",
    rule: "no checkpoint of this run can be read",
    ...(damaged && { got: `${damaged.name}: ${damaged.reason}`.replace(/[.]$/, "") }),
    remedy: "Train from the start.",
  });
}
