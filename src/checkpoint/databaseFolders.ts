/**
 * The folders of checkpoints in the browser's database. A file is stored in pieces. It is complete as soon as the record of its
 * name lists them, which one transaction writes.
 */
import type { CheckpointFolder, NewFile } from "./checkpointStore.ts";
import { hasKeptDatabase, openKeptDatabase } from "./keptDatabase.ts";
import { type ByteTarget, createPackedWriter } from "./packedFile.ts";
import type { WritableFolders } from "./runFolders.ts";

export function databaseFolders(): WritableFolders {
  return {
    async ids() {
      if (!(await hasKeptDatabase())) return [];
      const keys = await (await openKeptDatabase()).getAllKeys("files");
      return [...new Set(keys.map(([runId]) => runId))];
    },
    folder: databaseFolder,
    async discard(runId) {
      if (!(await hasKeptDatabase())) return;
      const change = (await openKeptDatabase()).transaction(
        ["files", "pieces", "pins"],
        "readwrite",
      );
      await Promise.all([
        change.objectStore("files").delete(below(runId)),
        change.objectStore("pieces").delete(below(runId)),
        change.objectStore("pins").delete(runId),
        change.done,
      ]);
    },
    async isPinned(runId) {
      if (!(await hasKeptDatabase())) return false;
      return (await (await openKeptDatabase()).get("pins", runId)) ?? false;
    },
    async pin(runId, isPinned) {
      const database = await openKeptDatabase();
      if (isPinned) await database.put("pins", true, runId);
      else await database.delete("pins", runId);
    },
  };
}

/** All keys that begin with these parts. An array comes after every string and number in the order of keys. */
function below(...parts: readonly string[]): IDBKeyRange {
  return IDBKeyRange.bound([...parts], [...parts, []]);
}

function databaseFolder(runId: string): CheckpointFolder {
  return {
    async names() {
      if (!(await hasKeptDatabase())) return [];
      const keys = await (await openKeptDatabase()).getAllKeys("files", below(runId));
      return keys.map(([, name]) => name);
    },
    async open(name) {
      const file = await (await openKeptDatabase()).get("files", [runId, name]);
      if (file === undefined) throw new DOMException(`There is no file ${name}.`, "NotFoundError");
      const { sizeBytes, offsets } = file;
      return { sizeBytes, read: (offset, length) => read(runId, name, offsets, offset, length) };
    },
    create: (name, sizeBytes) => createFile(runId, name, sizeBytes),
    remove: (name) => removeFile(runId, name),
  };
}

/** What no piece holds reads as zeros, as the preamble of a file that is not complete does. */
async function read(
  runId: string,
  name: string,
  offsets: readonly number[],
  from: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const database = await openKeptDatabase();
  const bytes = new Uint8Array(length);
  const first = offsets.findLastIndex((offset) => offset <= from);
  for (const offset of offsets.slice(Math.max(0, first))) {
    if (offset >= from + length) break;
    const piece = await database.get("pieces", [runId, name, offset]);
    const part = piece?.subarray(Math.max(0, from - offset), from + length - offset);
    if (part !== undefined) bytes.set(part, Math.max(0, offset - from));
  }
  return bytes;
}

async function createFile(runId: string, name: string, sizeBytes: number): Promise<NewFile> {
  await removeFile(runId, name);
  await (await openKeptDatabase()).put("files", { sizeBytes, offsets: [] }, [runId, name]);
  const offsets: number[] = [];
  const target: ByteTarget = {
    async write(bytes, offset) {
      await (await openKeptDatabase()).put("pieces", bytes, [runId, name, offset]);
      offsets.push(offset);
    },
    flush: () => {},
  };
  const writer = createPackedWriter(target);
  return {
    append: (piece) => writer.append(piece),
    async finish(header) {
      const written = await writer.finish(header);
      const database = await openKeptDatabase();
      // A strict transaction is on the disk, with those before it, when it resolves.
      const change = database.transaction("files", "readwrite", { durability: "strict" });
      const inOrder = offsets.toSorted((one, other) => one - other);
      await Promise.all([
        change.store.put({ sizeBytes: written, offsets: inOrder }, [runId, name]),
        change.done,
      ]);
      return written;
    },
    abandon: () => removeFile(runId, name),
  };
}

async function removeFile(runId: string, name: string): Promise<void> {
  const change = (await openKeptDatabase()).transaction(["files", "pieces"], "readwrite");
  await Promise.all([
    change.objectStore("files").delete([runId, name]),
    change.objectStore("pieces").delete(below(runId, name)),
    change.done,
  ]);
}
