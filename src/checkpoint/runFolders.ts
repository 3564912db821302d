/** The checkpoints of all runs in one storage: one folder a run, named for the run's id. */
import type { CheckpointSummary } from "./checkpoint.ts";
import { type CheckpointFolder, newestHeader, type ReadableFolder } from "./checkpointStore.ts";

/** @typeParam F the page reads only where just a worker can write */
export interface RunFolders<F extends ReadableFolder = ReadableFolder> {
  /** In any order. */
  ids(): Promise<readonly string[]>;
  folder(runId: string): F;
  /** Removes the folder. Does nothing where there is none. */
  discard(runId: string): Promise<void>;
  isPinned(runId: string): Promise<boolean>;
  /** A pinned run keeps its checkpoints when room is needed. */
  pin(runId: string, isPinned: boolean): Promise<void>;
}

export type WritableFolders = RunFolders<CheckpointFolder>;

/** What is known about the stored checkpoints of a run. */
export interface StoredRun {
  readonly runId: string;
  readonly bytes: number;
  readonly isPinned: boolean;
  /** Of the newest checkpoint that can be read; `null` when there is none. */
  readonly summary: CheckpointSummary | null;
  /** A newer version of this program wrote a checkpoint after that. */
  readonly isNewer: boolean;
}

export async function storedRuns(folders: RunFolders): Promise<readonly StoredRun[]> {
  const found: StoredRun[] = [];
  for (const runId of await folders.ids()) {
    const folder = folders.folder(runId);
    // Another tab may remove a run meanwhile.
    const [bytes, isPinned, { summary, isNewer }] = await Promise.all([
      bytesOf(folder).catch(() => 0),
      folders.isPinned(runId).catch(() => false),
      newestHeader(folder).catch(() => ({ summary: null, isNewer: false })),
    ]);
    found.push({ runId, bytes, isPinned, summary, isNewer });
  }
  return found;
}

/** Returns the newest checkpoint of every run that can go on, the newest first. */
export function unfinishedRuns(stored: readonly StoredRun[]): readonly CheckpointSummary[] {
  return stored
    .flatMap(({ summary }) => (summary === null || summary.isFinished ? [] : [summary]))
    .toSorted((one, other) => other.savedAt - one.savedAt);
}

async function bytesOf(folder: ReadableFolder): Promise<number> {
  let bytes = 0;
  for (const name of await folder.names()) bytes += (await folder.open(name)).sizeBytes;
  return bytes;
}
