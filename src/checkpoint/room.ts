/** Bounds the room that the checkpoints of all runs take together, and decides whose are removed when it is used up. */
import { formatBytes } from "../core/units.ts";
import { type RunFolders, type StoredRun, storedRuns } from "./runFolders.ts";

/** Three checkpoints of the largest recipe take less than half of it. */
const MOST_BYTES = 2_000_000_000;
/** The rest is for the training images, recorded runs and a person's own files. */
const SHARE_OF_QUOTA = 0.5;

/** What the browser grants to this page and what is used of it, in bytes. */
export interface StorageEstimate {
  readonly quota?: number | undefined;
  readonly usage?: number | undefined;
}

export interface CheckpointUsage {
  readonly bytes: number;
  /** Smaller than the fixed limit where the browser gives less. */
  readonly limitBytes: number;
}

export function usageOf(
  stored: readonly StoredRun[],
  { quota = Number.POSITIVE_INFINITY, usage = 0 }: StorageEstimate,
): CheckpointUsage {
  const bytes = stored.reduce((sum, run) => sum + run.bytes, 0);
  const left = Math.max(0, quota - usage);
  return { bytes, limitBytes: Math.min(MOST_BYTES, SHARE_OF_QUOTA * quota, bytes + left) };
}

/**
 * Returns the runs whose checkpoints are removed so that `roomBytes` more fit: the oldest finished ones first, then the oldest that
 * could go on, then those of a newer version of this program. Pinned runs and those of `inUse` stay.
 */
export function runsToClear(
  stored: readonly StoredRun[],
  { bytes, limitBytes }: CheckpointUsage,
  roomBytes: number,
  inUse: ReadonlySet<string>,
): readonly StoredRun[] {
  const rank = ({ summary, isNewer }: StoredRun) =>
    isNewer ? 2 : summary?.isFinished === false ? 1 : 0;
  const age = ({ summary }: StoredRun) => summary?.savedAt ?? 0;
  const candidates = stored
    .filter((run) => !run.isPinned && run.bytes > 0 && !inUse.has(run.runId))
    .toSorted((one, other) => rank(one) - rank(other) || age(one) - age(other));
  let after = bytes + roomBytes;
  const cleared: StoredRun[] = [];
  for (const run of candidates) {
    if (after <= limitBytes) break;
    cleared.push(run);
    after -= run.bytes;
  }
  return cleared;
}

/**
 * Removes checkpoints of other runs until `roomBytes` more fit. It removes none when that is not enough.
 * @throws DOMException `QuotaExceededError` when they do not fit
 */
export async function makeRoom(
  folders: RunFolders,
  roomBytes: number,
  estimate: StorageEstimate,
  inUse: ReadonlySet<string>,
): Promise<void> {
  const stored = await storedRuns(folders);
  const usage = usageOf(stored, estimate);
  const cleared = runsToClear(stored, usage, roomBytes, inUse);
  const after = cleared.reduce((sum, { bytes }) => sum - bytes, usage.bytes + roomBytes);
  if (after > usage.limitBytes)
    throw new DOMException(
      `all checkpoints may take ${formatBytes(usage.limitBytes)} and would take ${formatBytes(after)}`,
      "QuotaExceededError",
    );
  for (const { runId } of cleared) await folders.discard(runId);
}

/**
 * Removes checkpoints of other runs until `roomBytes` are free, or as much as there is.
 * @returns whether there were any
 */
export async function freeRoom(
  folders: RunFolders,
  roomBytes: number,
  inUse: ReadonlySet<string>,
): Promise<boolean> {
  const stored = await storedRuns(folders);
  const { bytes } = usageOf(stored, {});
  const cleared = runsToClear(stored, { bytes, limitBytes: bytes }, roomBytes, inUse);
  for (const { runId } of cleared) await folders.discard(runId);
  return cleared.length > 0;
}
