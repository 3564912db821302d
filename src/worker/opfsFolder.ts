/** The checkpoints of a run in the browser's own storage, for the worker that trains. The storage worker writes them. */
import type { CheckpointFolder } from "../checkpoint/checkpointStore.ts";
import { readableFolder, runsFolder } from "../checkpoint/opfsFolders.ts";
import { createStorageThread } from "./storageThread.ts";

/** Opens the folder for each use, because a person may clear the storage at any time. */
export function opfsFolder(runId: string): CheckpointFolder {
  const opened = async () => (await runsFolder()).getDirectoryHandle(runId, { create: true });
  const thread = createStorageThread();
  return {
    names: async () => readableFolder(await opened()).names(),
    open: async (name) => readableFolder(await opened()).open(name),
    remove: async (name) => readableFolder(await opened()).remove(name),
    create: (name) => thread.create(runId, name),
  };
}
