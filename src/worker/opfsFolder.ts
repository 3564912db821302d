/** The checkpoints in the browser's own storage, for the worker that trains. The storage worker writes them. */
import { opfsFolders, readableFolder, runsFolder } from "../checkpoint/opfsFolders.ts";
import type { WritableFolders } from "../checkpoint/runFolders.ts";
import { createStorageThread } from "./storageThread.ts";

/** @throws the browser's error where there is no such storage, or no way to write to it from a worker */
export async function openOpfs(): Promise<WritableFolders> {
  await runsFolder();
  if (!("createSyncAccessHandle" in FileSystemFileHandle.prototype))
    throw new DOMException("files have no synchronous access", "NotSupportedError");
  const thread = createStorageThread();
  return {
    ...opfsFolders(),
    folder: (runId) => ({
      ...readableFolder(runId),
      create: (name) => thread.create(runId, name),
    }),
  };
}
