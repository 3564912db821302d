/**
 * The four official Fashion-MNIST files: their names, their checksums, and a reader. Everything this file returns has been
 * verified byte by byte.
 *
 * The checksums are those of the unpacked IDX files. Debian packs the same files again (without name and date in the gzip
 * header), so the packed ones differ although every image is the same. All sources agree after unpacking. They are the files of
 * the published MD5 sums (8d4fb7e6..., 25c81989..., bef4ecab..., bb300cfd...): with the official names and dates restored in
 * the headers, Debian's four files give exactly these.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { OwnFile } from "../../src/core/ownFile.ts";
import type { PixelBatch } from "../../src/core/pixelBatch.ts";
import { readIdx } from "../../src/data/own/idx.ts";

const unzip = promisify(gunzip);

export interface OfficialFile {
  /** Without `.gz`. */
  readonly name: string;
  /** Of the unpacked file. */
  readonly sha256: string;
  /** Of the packed file at the official address. */
  readonly packedBytes: number;
}

const TRAIN_IMAGES: OfficialFile = {
  name: "train-images-idx3-ubyte",
  sha256: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
  packedBytes: 26_421_880,
};
const TRAIN_LABELS: OfficialFile = {
  name: "train-labels-idx1-ubyte",
  sha256: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
  packedBytes: 29_515,
};
const TEST_IMAGES: OfficialFile = {
  name: "t10k-images-idx3-ubyte",
  sha256: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
  packedBytes: 4_422_102,
};
const TEST_LABELS: OfficialFile = {
  name: "t10k-labels-idx1-ubyte",
  sha256: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
  packedBytes: 5_148,
};

export const OFFICIAL_FILES = [TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS] as const;

/** Both parts in the official order. */
export interface OfficialSet {
  readonly train: PixelBatch<Uint8Array>;
  readonly test: PixelBatch<Uint8Array>;
}

/** A source does not have the files. This is not an error: the next source is tried. */
export class NotThereError extends Error {
  override readonly name = "NotThereError";
}

/** A source has a file, but not the official one. */
class ChecksumError extends Error {
  override readonly name = "ChecksumError";
}

/**
 * Reads the whole set from a folder with the four files, packed (`.gz`) or unpacked.
 * @throws NotThereError, ChecksumError
 */
export async function readOfficialSet(folder: string): Promise<OfficialSet> {
  return {
    train: await readPart(folder, TRAIN_IMAGES, TRAIN_LABELS),
    test: await readPart(folder, TEST_IMAGES, TEST_LABELS),
  };
}

/**
 * Reads the unpacked bytes of one file.
 * @throws NotThereError, ChecksumError
 */
async function readVerified(folder: string, file: OfficialFile): Promise<Buffer> {
  const packed = await readIfThere(join(folder, `${file.name}.gz`));
  const unpacked = packed
    ? await unzip(packed).catch((error: unknown) => {
        throw new ChecksumError(`${file.name}.gz cannot be unpacked (${String(error)})`);
      })
    : await readIfThere(join(folder, file.name));
  if (unpacked === undefined) throw new NotThereError(`no ${file.name}.gz in ${folder}`);
  const got = createHash("sha256").update(unpacked).digest("hex");
  if (got === file.sha256) return unpacked;
  throw new ChecksumError(
    `${file.name} is not the official file; expected SHA-256 ${file.sha256}, got ${got}`,
  );
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new NotThereError(`${path} cannot be read (${String(error)})`);
  }
}

/** The checksum proves the contents, so only the format is checked. */
async function readPart(
  folder: string,
  imageFile: OfficialFile,
  labelFile: OfficialFile,
): Promise<PixelBatch<Uint8Array>> {
  const imageBytes = await readVerified(folder, imageFile);
  const labelBytes = await readVerified(folder, labelFile);
  const images = await readIdx(asFile(imageFile, imageBytes), 3);
  const labels = await readIdx(asFile(labelFile, labelBytes), 1);
  const [numImages = 0, height = 0, width = 0] = images.shape;
  return {
    kind: "pixels",
    numImages,
    height,
    width,
    channels: 1,
    pixels: images.values,
    labels: labels.values,
  };
}

function asFile({ name }: OfficialFile, bytes: Buffer): OwnFile {
  return { path: name, file: new Blob([Uint8Array.from(bytes)]) };
}
