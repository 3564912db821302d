/**
 * Checkpoints in a folder of the disk. A file is written under a temporary name, flushed to the disk, and renamed when it is
 * complete; then the folder's list of names is flushed too.
 */
import { type FileHandle, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { CheckpointFolder } from "../../checkpoint/checkpointStore.ts";
import { createPackedWriter } from "../../checkpoint/packedFile.ts";

const TEMPORARY = ".part";

/** @param path is created when it is missing */
export function checkpointFolder(path: string): CheckpointFolder {
  return {
    async names() {
      const names = await readdir(path).catch((error: unknown) => {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
        throw error;
      });
      return names.filter((name) => !name.endsWith(TEMPORARY));
    },
    async open(name) {
      const file = join(path, name);
      const sizeBytes = await using(file, async (handle) => (await handle.stat()).size);
      return {
        sizeBytes,
        read: (offset, length) => using(file, (handle) => readAt(handle, offset, length)),
      };
    },
    async create(name) {
      await mkdir(path, { recursive: true });
      await removeTemporary(path);
      const temporary = join(path, `${name}${TEMPORARY}`);
      const handle = await open(temporary, "w");
      const writer = createPackedWriter({
        async write(bytes, offset) {
          await handle.write(bytes, 0, bytes.length, offset);
        },
        flush: () => handle.sync(),
      });
      return {
        append: (piece) => writer.append(piece),
        async finish(header) {
          const bytes = await writer.finish(header);
          await handle.close();
          await rename(temporary, join(path, name));
          await flushNames(path);
          return bytes;
        },
        async abandon() {
          await handle.close().catch(() => {});
          await rm(temporary, { force: true });
        },
      };
    },
    remove: (name) => rm(join(path, name), { force: true }),
  };
}

/** A killed process leaves the file that it was writing. */
async function removeTemporary(path: string): Promise<void> {
  for (const name of await readdir(path))
    if (name.endsWith(TEMPORARY)) await rm(join(path, name), { force: true });
}

async function using<T>(file: string, act: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(file, "r");
  try {
    return await act(handle);
  } finally {
    await handle.close();
  }
}

async function readAt(
  handle: FileHandle,
  offset: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  const { bytesRead } = await handle.read(bytes, 0, length, offset);
  return bytes.subarray(0, bytesRead);
}

/** Windows cannot open a folder. There the system keeps the list of names by itself. */
async function flushNames(path: string): Promise<void> {
  const handle = await open(path, "r").catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
