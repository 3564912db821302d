/** Pictures among what was handed over: files as they are, and those within zips, unpacked one at a time when asked for. */
import { BlobReader, type FileEntry, ZipReader } from "@zip.js/zip.js/lib/zip-core-native.js";
import { formatBytes, formatCount } from "../../core/units.ts";
import { reasonOf } from "../transport.ts";
import { nameOf, type OwnFile, unreadable, wrongFile } from "./ownFile.ts";

export interface ImageFile {
  /** With its folders; those of a zip begin with the zip's own name. */
  readonly path: string;
  readonly sizeBytes: number;
  /** @throws PlaygroundError `file.invalid` */
  read(): Promise<Blob>;
}

export interface FoundImages {
  readonly images: readonly ImageFile[];
  /** Folders as zips list them, empty ones included. */
  readonly folders: readonly string[];
  /** Files that are no pictures. */
  readonly numOthers: number;
}

const PICTURE = /[.](jpe?g|png|gif|bmp|webp)$/i;
const ZIP = /[.]zip$/i;
/** What systems leave in folders and zips; not worth a word. */
const HIDDEN = /(^|\/)([.]|__MACOSX(\/|$)|Thumbs[.]db$|desktop[.]ini$)/i;

/** More is no picture for a network: a zip may promise any size. */
const MAX_IMAGE_BYTES = 64e6;
const MAX_IMAGES = 200_000;

/** @throws PlaygroundError `file.invalid` for a zip that cannot be read, `file.too-large`'s kin for one that is a trap */
export async function findImages(files: readonly OwnFile[]): Promise<FoundImages> {
  const images: ImageFile[] = [];
  const folders: string[] = [];
  let numOthers = 0;
  for (const source of files) {
    const { path, file } = source;
    if (HIDDEN.test(path)) continue;
    if (ZIP.test(path)) {
      const found = await imagesInZip(source);
      images.push(...found.images);
      folders.push(...found.folders);
      numOthers += found.numOthers;
    } else if (PICTURE.test(path)) {
      images.push({ path, sizeBytes: file.size, read: async () => file });
    } else numOthers += 1;
    if (images.length > MAX_IMAGES) {
      throw wrongFile(path, {
        rule: "these are too many pictures",
        expected: `${formatCount(MAX_IMAGES)} or fewer`,
        got: "more",
        remedy: "Take a part of them.",
      });
    }
  }
  return { images, folders, numOthers };
}

async function imagesInZip({ path, file }: OwnFile): Promise<FoundImages> {
  const images: ImageFile[] = [];
  const folders: string[] = [];
  let numOthers = 0;
  const root = nameOf(path).replace(ZIP, "");
  const zip = new ZipReader(new BlobReader(file), { useWebWorkers: false });
  try {
    for await (const entry of zip.getEntriesGenerator()) {
      if (HIDDEN.test(entry.filename)) continue;
      const inside = `${root}/${entry.filename}`;
      if (entry.directory) folders.push(inside.replace(/\/$/, ""));
      else if (PICTURE.test(entry.filename)) images.push(imageInZip(path, inside, entry));
      else numOthers += 1;
      if (images.length > MAX_IMAGES) break;
    }
  } catch (error) {
    throw zipFault(path, error);
  }
  return { images, folders, numOthers };
}

function imageInZip(zipPath: string, path: string, entry: FileEntry): ImageFile {
  const sizeBytes = entry.uncompressedSize;
  const where = `${nameOf(zipPath)}, ${entry.filename}`;
  return {
    path,
    sizeBytes,
    async read() {
      if (sizeBytes > MAX_IMAGE_BYTES || entry.encrypted) {
        throw wrongFile(where, {
          rule: entry.encrypted ? "the zip is locked by a password" : "the picture is too large",
          expected: entry.encrypted ? "an open zip" : `${formatBytes(MAX_IMAGE_BYTES)} at most`,
          got: entry.encrypted ? "a locked one" : formatBytes(sizeBytes),
          remedy: "Leave it out, or unpack the zip yourself and choose its folders.",
        });
      }
      // No more than the entry says is ever kept: the size in a zip may be a lie.
      const bytes = new Uint8Array(sizeBytes);
      let length = 0;
      const sink = new WritableStream<Uint8Array>({
        write(chunk) {
          bytes.set(chunk, length);
          length += chunk.length;
        },
      });
      await entry.getData(sink, { useWebWorkers: false }).catch((error: unknown) => {
        throw zipFault(where, error);
      });
      return new Blob([bytes.subarray(0, length)]);
    },
  };
}

function zipFault(where: string, error: unknown): Error {
  if (error instanceof DOMException) return unreadable(where, error);
  return wrongFile(
    where,
    {
      rule: "the zip cannot be unpacked",
      expected: "a whole zip of pictures",
      got: reasonOf(error),
      remedy: "Pack it again, or unpack it yourself and choose its folders.",
    },
    error,
  );
}
