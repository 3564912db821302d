/**
 * Writes a data set as the page reads it: shards, manifest, licence. A set is built in a work folder and moved into place as a
 * whole, so that an interrupted build leaves the old set or none, but never an incomplete one.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { PixelBatch } from "../../src/core/pixelBatch.ts";
import { sliceImages } from "../../src/data/imageBatch.ts";
import {
  type DataSetId,
  FORMAT_VERSION,
  type Manifest,
  type PartEntry,
  type PartName,
  parseManifest,
  type ShardEntry,
} from "../../src/data/manifest.ts";
import { LICENCE_TEXT } from "./licence.ts";

export const IMAGES_PER_SHARD = 2500;
/** The number of shards packed at the same time: zlib runs in other threads. */
const NUM_PACKERS = 4;
const MANIFEST = "manifest.json";

const zip = promisify(gzip);

export interface DataSetContent {
  readonly id: DataSetId;
  readonly title: string;
  /** Short names; a label is an index into them. */
  readonly classes: readonly string[];
  readonly train: PixelBatch<Uint8Array>;
  readonly test: PixelBatch<Uint8Array>;
}

/** @param onShard called after each shard with the number of finished shards */
export async function writeDataSet(
  content: DataSetContent,
  folder: string,
  workFolder: string,
  onShard: (numDone: number) => void,
): Promise<Manifest> {
  const building = join(workFolder, content.id);
  await rm(building, { recursive: true, force: true });
  await mkdir(building, { recursive: true });

  let numDone = 0;
  const writePart = async (part: PartName): Promise<PartEntry> => {
    const images = content[part];
    const shards: ShardEntry[] = [];
    const pending = Array.from({ length: numShards(images) }, (_, shardIndex) => shardIndex);
    const pack = async (): Promise<void> => {
      for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
        shards[next] = await writeShard(images, part, next, building);
        numDone += 1;
        onShard(numDone);
      }
    };
    await Promise.all(Array.from({ length: NUM_PACKERS }, pack));
    return { numImages: images.numImages, shards };
  };
  const splits = { train: await writePart("train"), test: await writePart("test") };
  const { id, title, classes, train } = content;
  const { height, width } = train;
  const manifest = parseManifest(
    { formatVersion: FORMAT_VERSION, id, title, classes, height, width, splits },
    MANIFEST,
  );
  await writeFile(join(building, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  await writeFile(join(building, "LICENSE"), LICENCE_TEXT);
  await replaceFolder(folder, building, join(workFolder, `${id}-before`));
  return manifest;
}

/** Returns the manifest of a set that is complete and of this version; undefined when it has to be built. It reads no shard. */
export async function readCompleteSet(folder: string): Promise<Manifest | undefined> {
  try {
    const text = await readFile(join(folder, MANIFEST), "utf8");
    const manifest = parseManifest(JSON.parse(text), MANIFEST);
    const { train, test } = manifest.splits;
    for (const shard of [...train.shards, ...test.shards]) {
      const { size } = await stat(join(folder, shard.file));
      if (size !== shard.sizeBytes) return undefined;
    }
    return manifest;
  } catch {
    // The set is missing, damaged or of another version. Building it again repairs all of these.
    return undefined;
  }
}

export function numShards(images: PixelBatch<Uint8Array>): number {
  return Math.ceil(images.numImages / IMAGES_PER_SHARD);
}

async function writeShard(
  images: PixelBatch<Uint8Array>,
  part: PartName,
  shardIndex: number,
  folder: string,
): Promise<ShardEntry> {
  const first = shardIndex * IMAGES_PER_SHARD;
  const numImages = Math.min(IMAGES_PER_SHARD, images.numImages - first);
  const { labels, pixels } = sliceImages(images, first, numImages);
  // Node writes no time into the gzip header, so the same images give the same file.
  const packed = await zip(Buffer.concat([labels, pixels]), { level: 9 });
  const file = `${part}-${String(shardIndex).padStart(2, "0")}.shard`;
  await writeFile(join(folder, file), packed);
  const sha256 = createHash("sha256").update(packed).digest("hex");
  return { file, numImages, sizeBytes: packed.length, sha256 };
}

async function replaceFolder(folder: string, replacement: string, aside: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  await rm(aside, { recursive: true, force: true });
  await rename(folder, aside).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  await rename(replacement, folder);
  await rm(aside, { recursive: true, force: true });
}
