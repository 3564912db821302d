/**
 * The folders of checkpoints in the browser's own storage (the origin private file system): `runs/RUN_ID/`. The page and the
 * worker read them; only the worker writes (`worker/opfsFolder.ts`).
 */

import type { CheckpointSummary } from "./checkpoint.ts";
import { type CheckpointFolder, newestSummary } from "./checkpointStore.ts";

const RUNS = "runs";

/** @throws the browser's error where it has no such storage: on plain http, in some private windows */
export async function runsFolder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(RUNS, { create: true });
}

export function readableFolder(
  folder: FileSystemDirectoryHandle,
): Omit<CheckpointFolder, "create"> {
  return {
    names: () => namesIn(folder),
    async open(name) {
      const file = await (await folder.getFileHandle(name)).getFile();
      return {
        sizeBytes: file.size,
        read: async (offset, length) =>
          new Uint8Array(await file.slice(offset, offset + length).arrayBuffer()),
      };
    },
    remove: (name) => folder.removeEntry(name),
  };
}

/** Returns the newest checkpoint of every run that can go on, the newest first. */
export async function unfinishedRuns(
  runs: FileSystemDirectoryHandle,
): Promise<readonly CheckpointSummary[]> {
  const found: CheckpointSummary[] = [];
  for (const runId of await namesIn(runs)) {
    const folder = await runs.getDirectoryHandle(runId);
    const summary = await newestSummary(readableFolder(folder));
    if (summary !== null && !summary.isFinished) found.push(summary);
  }
  return found.toSorted((one, other) => other.savedAt - one.savedAt);
}

export async function namesIn(folder: FileSystemDirectoryHandle): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const name of folder.keys()) names.push(name);
  return names;
}
