/** The checkpoints of a run in the browser's own storage, for the worker that trains. The storage worker writes them. */
import type { CheckpointFolder } from "../checkpoint/checkpointStore.ts";
import { readableFolder } from "../checkpoint/opfsFolders.ts";
import { createStorageThread } from "./storageThread.ts";

export function opfsFolder(runId: string): CheckpointFolder {
  const thread = createStorageThread();
  return { ...readableFolder(runId), create: (name) => thread.create(runId, name) };
}
