/**
 * Writes the checkpoints of a run into the browser's own storage, through synchronous access handles, which only a worker has.
 * The preamble of a file is written and flushed last, which makes the file complete in one step.
 */
import type { CheckpointFolder } from "../checkpoint/checkpointStore.ts";
import { readableFolder, runsFolder } from "../checkpoint/opfsFolders.ts";
import { createPackedWriter } from "../checkpoint/packedFile.ts";

/** Opens the folder for each use, because a person may clear the storage at any time. */
export function opfsFolder(runId: string): CheckpointFolder {
  const opened = async () => (await runsFolder()).getDirectoryHandle(runId, { create: true });
  return {
    names: async () => readableFolder(await opened()).names(),
    open: async (name) => readableFolder(await opened()).open(name),
    remove: async (name) => readableFolder(await opened()).remove(name),
    async create(name) {
      const folder = await opened();
      const file = await folder.getFileHandle(name, { create: true });
      const handle = await file.createSyncAccessHandle();
      handle.truncate(0);
      const writer = createPackedWriter({
        write(bytes, offset) {
          const written = handle.write(bytes, { at: offset });
          if (written < bytes.length)
            throw new DOMException("The storage took only a part of it.", "QuotaExceededError");
        },
        flush: () => handle.flush(),
      });
      return {
        append: (piece) => writer.append(piece),
        async finish(header) {
          const bytes = await writer.finish(header);
          handle.close();
          return bytes;
        },
        async abandon() {
          handle.close();
          await folder.removeEntry(name);
        },
      };
    },
  };
}
