/**
 * Reads files in zips and unpacks one at a time on demand. A zip within a zip is unpacked whole into memory. Names are
 * normalised. The caller decides which files are useful.
 */
import { type FileEntry, ZipReader } from "@zip.js/zip.js/lib/zip-core-native.js";
import { reasonOf } from "../../core/errors.ts";
import { HEAD_BYTES } from "../../core/fileFormat.ts";
import type { OwnFile } from "../../core/ownFile.ts";
import { formatBytes } from "../../core/units.ts";
import { unpackEntry } from "../../core/unpackEntry.ts";
import { isBomb, unreadable, wrongFile } from "./ownFile.ts";
import { isHidden, tidyPath } from "./paths.ts";
import { ReadAheadReader } from "./readAhead.ts";
import { DEFLATED, readSmallEntry, STORED } from "./smallEntry.ts";

export interface PackedFile {
  /** The path with its folders. For a file in a zip it begins with the zip's own name. */
  readonly path: string;
  /** The entry's own name in the zip, which is unique there and identifies it in a later reading. */
  readonly entry: string;
  readonly sizeBytes: number;
  /** Why the entry cannot be read, when that is known without trying. */
  readonly obstacle?: string;
  /** @throws PlaygroundError `file.invalid` */
  head(): Promise<Uint8Array>;
  /** @throws PlaygroundError `file.invalid` */
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
}

export interface Packed {
  readonly files: readonly PackedFile[];
  /** The folders that the zip lists, including empty ones. */
  readonly folders: readonly string[];
  /** The paths of hidden system files, which are not among `files`. */
  readonly hidden: readonly string[];
}

const ZIP = /[.](zip|npz)$/i;
/** The size limit of a zip within a zip, which is held in memory. */
const MAX_INNER_BYTES = 2 ** 30;
/** A limit, because a malicious zip may list entries endlessly. */
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
  const hidden: string[] = [];
  // Nothing is unpacked to disk, so a name cannot escape a folder. Names are normalised instead of refused.
  const names = { filenameValidation: "tolerant" } as const;
  const reader = new ReadAheadReader(file);
  const zip = new ZipReader(reader, { useWebWorkers: false, ...names });
  try {
    for await (const entry of zip.getEntriesGenerator()) {
      const inside = tidyPath(entry.filename);
      const path = `${root}/${inside}`;
      const isFolder = entry.directory || /[\\/]$/.test(entry.filename);
      if (isHidden(inside)) {
        if (!isFolder) hidden.push(path);
      } else if (isFolder) folders.push(path);
      else files.push(packedFile(reader, entry, path, `${prefix}${entry.filename}`, where));
      if (files.length + hidden.length > MAX_ENTRIES) break;
    }
  } catch (error) {
    throw zipFault(where, error);
  }
  if (depth > 1) return { files, folders, hidden };

  const all: PackedFile[] = [];
  for (const inner of files) {
    if (!isZipName(inner.path) || inner.obstacle !== undefined) {
      all.push(inner);
      continue;
    }
    try {
      const unpacked = await entriesOf(
        new Blob([await inner.bytes()]),
        inner.path.replace(ZIP, ""),
        `${where}, ${inner.entry}`,
        `${inner.entry}\n`,
        depth + 1,
      );
      for (const own of unpacked.files) all.push(own);
      for (const own of unpacked.folders) folders.push(own);
      for (const own of unpacked.hidden) hidden.push(own);
    } catch {
      all.push({ ...inner, obstacle: DAMAGED_ZIP });
    }
  }
  return { files: all, folders, hidden };
}

function packedFile(
  reader: ReadAheadReader,
  entry: FileEntry,
  path: string,
  entryName: string,
  zipPath: string,
): PackedFile {
  const sizeBytes = entry.uncompressedSize;
  const where = `${zipPath}, ${entry.filename}`;
  const obstacle = obstacleOf(entry);
  return {
    path,
    entry: entryName,
    sizeBytes,
    ...(obstacle !== undefined && { obstacle }),
    head: async () => unpack(reader, entry, Math.min(HEAD_BYTES, sizeBytes), where),
    bytes: () => unpack(reader, entry, sizeBytes, where),
  };
}

function obstacleOf(entry: FileEntry): string | undefined {
  const { encrypted, compressionMethod, compressedSize, uncompressedSize } = entry;
  if (encrypted) return "locked by a password: unpack the zip yourself";
  if (compressionMethod !== STORED && compressionMethod !== DEFLATED)
    return "compressed in a way that browsers do not read: unpack the zip yourself";
  if (uncompressedSize > MAX_INNER_BYTES)
    return `larger than ${formatBytes(MAX_INNER_BYTES)} within a zip: unpack the zip yourself`;
  return isBomb(compressedSize, uncompressedSize)
    ? "far larger than what it is packed into: look at it yourself"
    : undefined;
}

async function unpack(
  reader: ReadAheadReader,
  entry: FileEntry,
  numBytes: number,
  where: string,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return (await readSmallEntry(reader, entry, numBytes)) ?? (await unpackEntry(entry, numBytes));
  } catch (error) {
    throw zipFault(where, error);
  }
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
