/**
 * The folders of checkpoints in the browser's own storage (the origin private file system): `runs/RUN_ID/`. The page and the
 * worker read them; only the storage worker writes (`worker/storageWorker.ts`).
 */
import type { CheckpointFolder, ReadableFolder } from "./checkpointStore.ts";
import type { RunFolders } from "./runFolders.ts";

const RUNS = "runs";
/** An empty file of this name in the folder of a run pins it. */
const PIN = "pinned";
/** A worker that was just ended holds its files a little longer. */
const REMOVE_AFTER_MS = [0, 200, 1000, 3000];

/** @throws the browser's error where it has no such storage: on plain http, in some private windows */
export async function runsFolder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(RUNS, { create: true });
}

/** Opens the folders for each use, because a person may clear the storage at any time. */
export function opfsFolders(): RunFolders {
  return {
    ids: async () => namesIn(await runsFolder()),
    folder: readableFolder,
    discard: discardRun,
    isPinned: async (runId) => (await readableFolder(runId).names()).includes(PIN),
    async pin(runId, isPinned) {
      const folder = await (await runsFolder()).getDirectoryHandle(runId, { create: true });
      if (isPinned) await folder.getFileHandle(PIN, { create: true });
      else await folder.removeEntry(PIN).catch(ignoreMissing);
    },
  };
}

/** A folder that is missing has no files. */
export function readableFolder(runId: string): ReadableFolder & Pick<CheckpointFolder, "remove"> {
  const opened = async () => (await runsFolder()).getDirectoryHandle(runId);
  return {
    async names() {
      const folder = await opened().catch(ignoreMissing);
      return folder === undefined ? [] : namesIn(folder);
    },
    async open(name) {
      const file = await (await (await opened()).getFileHandle(name)).getFile();
      return {
        sizeBytes: file.size,
        blob: file,
        read: async (offset, length) =>
          new Uint8Array(await file.slice(offset, offset + length).arrayBuffer()),
      };
    },
    remove: async (name) => (await opened()).removeEntry(name),
  };
}

async function discardRun(runId: string): Promise<void> {
  for (const wait of REMOVE_AFTER_MS) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    try {
      await (await runsFolder()).removeEntry(runId, { recursive: true });
      return;
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== "NoModificationAllowedError") return;
    }
  }
}

async function namesIn(folder: FileSystemDirectoryHandle): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const name of folder.keys()) names.push(name);
  return names;
}

function ignoreMissing(error: unknown): undefined {
  if (!(error instanceof DOMException) || error.name !== "NotFoundError") throw error;
}
