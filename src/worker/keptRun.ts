/** Opens the place where a run keeps its checkpoints, for this worker alone, and reads the newest one. */
import type { Checkpoint } from "../checkpoint/checkpoint.ts";
import {
  type CheckpointFolder,
  newestCheckpoint,
  type ReadableFolder,
} from "../checkpoint/checkpointStore.ts";
import { databaseFolders } from "../checkpoint/databaseFolders.ts";
import { forgettingOf, untilForgotten } from "../checkpoint/forgetting.ts";
import { browserFolders } from "../checkpoint/joinedFolders.ts";
import { openKeptDatabase } from "../checkpoint/keptDatabase.ts";
import { freeRoom, makeRoom } from "../checkpoint/room.ts";
import type { WritableFolders } from "../checkpoint/runFolders.ts";
import { lockedRuns, lockRun } from "../checkpoint/runLocks.ts";
import { trainedWeights } from "../checkpoint/trainedWeights.ts";
import { PlaygroundError, reasonOf } from "../core/errors.ts";
import { folderOf } from "../core/folderOf.ts";
import { formatCount } from "../core/units.ts";
import { trainedShapes, weightShapes } from "../network/matchWeights.ts";
import { openedNetwork } from "../network/networks/openedNetworks.ts";
import { buildNetwork } from "../network/networks/registry.ts";
import type { ChosenWeightsOrder } from "../protocol/commands.ts";
import type { ChosenWeights } from "../train/data/baseWeights.ts";
import type { RunCheckpoints } from "../train/loop/runCheckpoint.ts";
import { openOpfs } from "./opfsFolder.ts";

/** A worker of this tab that was just ended releases its lock within this time. */
const PATIENCE_MS = 3000;

/** Checkpoints that only this worker writes. */
export interface HeldCheckpoints extends RunCheckpoints {
  /** Aborts when no more are to be kept: the run was deleted, or another tab has it. */
  readonly forgotten: AbortSignal;
  /** Aborts when another tab took the run because this worker did not answer. */
  readonly stolen: AbortSignal;
  /** Keeps no more checkpoints and lets another tab write them. */
  readonly letGo: () => void;
}

/**
 * The lock is released when the worker ends or lets the run go, so two tabs never write the checkpoints of one run.
 * @param takesOver takes the run from a worker of another tab that does not answer
 * @throws PlaygroundError `checkpoint.unkept` where the browser has no storage; `checkpoint.unusable` when another tab writes this
 *   run
 */
export async function openCheckpoints(
  runId: string,
  recipe: string,
  takesOver = false,
): Promise<HeldCheckpoints> {
  const locks: LockManager | undefined = navigator.locks;
  if (locks === undefined) throw noStorage("it has no locks, as a page without https");
  const folder = await openFolder(runId);
  const stealing = new AbortController();
  const release = await lockRun(locks, runId, {
    patienceMs: PATIENCE_MS,
    steals: takesOver,
    onStolen: () => stealing.abort(),
  });
  if (release === null)
    throw new PlaygroundError({
      code: "checkpoint.unusable",
      where: "Checkpoint",
      rule: "another tab of this page trains this run",
      remedy: "Go on there, or take it over: reload this page, which offers it.",
    });
  const all = browserFolders();
  const ending = new AbortController();
  const end = () => ending.abort();
  forgettingOf(runId).addEventListener("abort", end);
  stealing.signal.addEventListener("abort", end);
  const forgotten = ending.signal;
  const bounded: CheckpointFolder = {
    ...folder,
    async create(name, sizeBytes) {
      const { storage } = navigator;
      const [estimate, inUse] = await Promise.all([storage.estimate(), lockedRuns(locks)]);
      await makeRoom(all, sizeBytes, estimate, inUse);
      return folder.create(name, sizeBytes);
    },
    free: async (sizeBytes) => freeRoom(all, sizeBytes, await lockedRuns(locks)),
  };
  return {
    ...{ folder: untilForgotten(bounded, forgotten), recipe, forgotten },
    stolen: stealing.signal,
    letGo() {
      end();
      release();
    },
  };
}

/** Returns the folder in the storage that holds the run already, otherwise in the first that is there. */
async function openFolder(runId: string): Promise<CheckpointFolder> {
  const opened = await Promise.allSettled([openOpfs(), openDatabase()]);
  const storages = opened.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  for (const storage of storages) {
    const folder = storage.folder(runId);
    if ((await folder.names()).length > 0) return folder;
  }
  const reason = opened.find((one) => one.status === "rejected")?.reason;
  const [first] = storages;
  if (first === undefined) throw noStorage(reasonOf(reason));
  return first.folder(runId);
}

async function openDatabase(): Promise<WritableFolders> {
  await openKeptDatabase();
  return databaseFolders();
}

function noStorage(got: string): PlaygroundError {
  return new PlaygroundError({
    code: "checkpoint.unkept",
    where: "Checkpoint",
    rule: "this browser gives the page no storage for it, so a reload loses this run",
    got: got.replace(/[.]$/, ""),
    remedy:
      "Leave the private window, or allow storage for this address; training goes on, and Export saves the model.",
  });
}

/**
 * @param mayBeFinished a finished race repeats its results
 * @throws PlaygroundError `checkpoint.unusable` when there is none to go on from
 */
export async function checkpointToResume(
  { folder }: RunCheckpoints,
  mayBeFinished: boolean,
): Promise<Checkpoint> {
  return newestOf(folder, ({ summary }) => mayBeFinished || !summary.isFinished);
}

/**
 * Reads the newest checkpoint of a run, or of the race of a lane. Another tab may be writing the next one.
 * @throws PlaygroundError `checkpoint.unusable` when there is none
 */
export async function keptCheckpoint(runId: string): Promise<Checkpoint> {
  return newestOf(browserFolders().folder(folderOf(runId)), () => true);
}

/** @throws PlaygroundError `setting.invalid` when the weights that a person chose are gone */
export async function readChosenWeights(order: ChosenWeightsOrder): Promise<ChosenWeights> {
  const { title } = order;
  if ("weights" in order) {
    const { weights } = order;
    const shapes =
      "network" in order
        ? weightShapes(openedNetwork(order.network).graph)
        : trainedShapes(buildNetwork(order.settings), weights);
    return { origin: title, shapes, weights };
  }
  const { runId } = order;
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
