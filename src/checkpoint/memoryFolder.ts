/** Checkpoints in memory, for tests. Files can be cut and changed. */
import type { CheckpointFolder } from "./checkpointStore.ts";
import { type ByteSource, createPackedWriter } from "./packedFile.ts";
import type { WritableFolders } from "./runFolders.ts";

export interface MemoryFolder extends CheckpointFolder {
  readonly files: Map<string, Uint8Array<ArrayBuffer>>;
}

/** @param mostBytes a write beyond it fails as on a full disk */
export function memoryFolder(mostBytes = Number.POSITIVE_INFINITY): MemoryFolder {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const usedBytes = () => [...files.values()].reduce((sum, { length }) => sum + length, 0);
  return {
    files,
    names: async () => [...files.keys()],
    async open(name) {
      const bytes = files.get(name);
      if (bytes === undefined) throw new Error(`no file ${name}`);
      return sourceOf(bytes);
    },
    async create(name) {
      files.set(name, new Uint8Array());
      const writer = createPackedWriter({
        write(bytes, offset) {
          const before = files.get(name) ?? new Uint8Array();
          const after = new Uint8Array(Math.max(before.length, offset + bytes.length));
          if (usedBytes() - before.length + after.length > mostBytes)
            throw new DOMException("The disk is full.", "QuotaExceededError");
          after.set(before);
          after.set(bytes, offset);
          files.set(name, after);
        },
        flush: () => {},
      });
      return {
        append: (piece) => writer.append(piece),
        finish: (header) => writer.finish(header),
        abandon: async () => void files.delete(name),
      };
    },
    remove: async (name) => void files.delete(name),
  };
}

export function sourceOf(bytes: Uint8Array<ArrayBuffer>): ByteSource {
  return {
    sizeBytes: bytes.length,
    read: async (offset, length) => bytes.slice(offset, offset + length),
  };
}

/** The folders of all runs in memory. */
export function memoryFolders(): WritableFolders {
  const folders = new Map<string, MemoryFolder>();
  const pins = new Set<string>();
  return {
    ids: async () => [...folders.keys()],
    folder(runId) {
      const folder = folders.get(runId) ?? memoryFolder();
      folders.set(runId, folder);
      return folder;
    },
    async discard(runId) {
      folders.delete(runId);
      pins.delete(runId);
    },
    isPinned: async (runId) => pins.has(runId),
    async pin(runId, isPinned) {
      if (isPinned) pins.add(runId);
      else pins.delete(runId);
    },
  };
}
