/**
 * Files within zips, unpacked one at a time when asked for; those of a zip within a zip too, which is unpacked whole into memory.
 * Names are brought to one form. Says of no file whether it is of use.
 */
import { BlobReader, type FileEntry, ZipReader } from "@zip.js/zip.js/lib/zip-core-native.js";
import { reasonOf } from "../../core/errors.ts";
import { HEAD_BYTES } from "../../core/fileFormat.ts";
import { formatBytes } from "../../core/units.ts";
import { type OwnFile, unreadable, wrongFile } from "./ownFile.ts";
import { isHidden, tidyPath } from "./paths.ts";

export interface PackedFile {
  /** With its folders; those of a zip begin with the zip's own name. */
  readonly path: string;
  /** As the zip has it, unlike that of every other entry: which one it is in a later reading. */
  readonly entry: string;
  readonly sizeBytes: number;
  /** Why it cannot be read, known without trying. */
  readonly obstacle?: string;
  /** @throws PlaygroundError `file.invalid` */
  head(): Promise<Uint8Array>;
  /** @throws PlaygroundError `file.invalid` */
  read(): Promise<Blob>;
}

export interface Packed {
  readonly files: readonly PackedFile[];
  /** As the zip lists them, empty ones included. */
  readonly folders: readonly string[];
}

const ZIP = /[.](zip|npz)$/i;
/** Of a zip within a zip, in memory. */
const MAX_INNER_BYTES = 2 ** 30;
/** Asked for no more: a list of entries without an end is a trap. */
const MAX_ENTRIES = 400_000;

/** Why a zip among other files is left out. */
export const DAMAGED_ZIP = "a zip that cannot be unpacked: pack it again, or choose its folders";

function isZipName(path: string): boolean {
  return ZIP.test(path);
}

/** @throws PlaygroundError `file.invalid` for a zip that cannot be read */
export async function unpackZip({ path, file }: OwnFile): Promise<Packed> {
  return entriesOf(file, tidyPath(path).replace(ZIP, ""), path, "", 1);
}

async function entriesOf(
  file: Blob,
  root: string,
  where: string,
  prefix: string,
  depth: number,
): Promise<Packed> {
  const files: PackedFile[] = [];
  const folders: string[] = [];
  // Nothing is unpacked into a folder, so no name can lead out of one: they are tidied instead of refused.
  const names = { filenameValidation: "tolerant" } as const;
  const zip = new ZipReader(new BlobReader(file), { useWebWorkers: false, ...names });
  try {
    for await (const entry of zip.getEntriesGenerator()) {
      const inside = tidyPath(entry.filename);
      if (isHidden(inside)) continue;
      const path = `${root}/${inside}`;
      if (entry.directory || /[\\/]$/.test(entry.filename)) folders.push(path);
      else files.push(packedFile(entry, path, `${prefix}${entry.filename}`, where));
      if (files.length > MAX_ENTRIES) break;
    }
  } catch (error) {
    throw zipFault(where, error);
  }
  if (depth > 1) return { files, folders };

  const all: PackedFile[] = [];
  for (const inner of files) {
    if (!isZipName(inner.path) || inner.obstacle !== undefined) {
      all.push(inner);
      continue;
    }
    try {
      const unpacked = await entriesOf(
        await inner.read(),
        inner.path.replace(ZIP, ""),
        `${where}, ${inner.entry}`,
        `${inner.entry}\n`,
        depth + 1,
      );
      for (const own of unpacked.files) all.push(own);
      for (const own of unpacked.folders) folders.push(own);
    } catch {
      all.push({ ...inner, obstacle: DAMAGED_ZIP });
    }
  }
  return { files: all, folders };
}

function packedFile(
  entry: FileEntry,
  path: string,
  entryName: string,
  zipPath: string,
): PackedFile {
  const sizeBytes = entry.uncompressedSize;
  const where = `${zipPath}, ${entry.filename}`;
  const obstacle = entry.encrypted
    ? "locked by a password: unpack the zip yourself"
    : sizeBytes > MAX_INNER_BYTES
      ? `larger than ${formatBytes(MAX_INNER_BYTES)} within a zip: unpack the zip yourself`
      : undefined;
  return {
    path,
    entry: entryName,
    sizeBytes,
    ...(obstacle !== undefined && { obstacle }),
    head: async () => unpackEntry(entry, Math.min(HEAD_BYTES, sizeBytes), where),
    read: async () => new Blob([await unpackEntry(entry, sizeBytes, where)]),
  };
}

/** The first `numBytes`. No more than the entry says is ever kept: the size in a zip may be a lie. */
async function unpackEntry(
  entry: FileEntry,
  numBytes: number,
  where: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(numBytes);
  const stop = new AbortController();
  const isWhole = numBytes === entry.uncompressedSize;
  let length = 0;
  const sink = new WritableStream<Uint8Array>({
    write(chunk) {
      if (isWhole && length + chunk.length > numBytes)
        throw new RangeError("an entry is longer than the zip says");
      bytes.set(chunk.subarray(0, numBytes - length), length);
      length = Math.min(numBytes, length + chunk.length);
      if (!isWhole && length === numBytes) stop.abort();
    },
  });
  try {
    await entry.getData(sink, { useWebWorkers: false, signal: stop.signal });
  } catch (error) {
    if (!stop.signal.aborted) throw zipFault(where, error);
  }
  return bytes.subarray(0, length);
}

function zipFault(where: string, error: unknown): Error {
  if (error instanceof DOMException) return unreadable(where, error);
  return wrongFile(
    where,
    {
      rule: "the zip cannot be unpacked",
      expected: "a whole zip",
      got: reasonOf(error),
      remedy: "Pack it again, or unpack it yourself and choose its folders.",
    },
    error,
  );
}
