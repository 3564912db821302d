/**
 * Fetches, verifies and unpacks shards and prefetches the next one. Every shard that is returned is intact: its size, checksum,
 * unpacked length and labels are checked on every load, cached or not.
 *
 * Memory holds the reader's shard and the next one only.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { PlaygroundError, reasonOf } from "../core/errors.ts";
import type { Attempt } from "../core/network.ts";
import type { PixelBatch } from "../core/pixelBatch.ts";
import { formatCount } from "../core/units.ts";
import { KEPT_SHARDS } from "./keptShards.ts";
import { type Manifest, type PartName, type ShardEntry, totalSizeBytes } from "./manifest.ts";
import type { DataSet } from "./openDataSet.ts";
import { firstImageOfEach } from "./split.ts";
import { brokenOff, fileNameOf, request } from "./transport.ts";

/** The unpacked images of one shard. The reader owns it. */
export interface Shard extends PixelBatch<Uint8Array> {
  readonly shardIndex: number;
  /** Index of its first image in the part. */
  readonly firstImage: number;
}

/** Progress of the requested shards. */
export interface ShardProgress {
  /** Packed bytes received; those of a failed attempt are subtracted again. */
  readonly loadedBytes: number;
  readonly totalBytes: number;
  /** The number of shards verified and unpacked. */
  readonly shardsLoaded: number;
  readonly numShards: number;
}

export interface ReadShardsOptions {
  readonly dataSet: DataSet;
  readonly part: PartName;
  /** Indices into the part's shards, in the order to read them; default: all. */
  readonly shards?: readonly number[];
  /** Called for every chunk that arrives and every shard that is done. */
  readonly onProgress?: (progress: ShardProgress) => void;
  readonly signal?: AbortSignal;
}

/** Deletes the kept shards of the set's folder that its manifest no longer names. */
export function retainShards({ manifest, url, transport }: DataSet): void {
  const { train, test } = manifest.splits;
  const shards = [...train.shards, ...test.shards];
  const current = shards.map(({ file, sha256 }) => ({ url: `${url}${file}`, sha256 }));
  const { kept = KEPT_SHARDS } = transport;
  void kept.retain(url, current);
}

/**
 * Yields the shards one by one and fetches the next while the reader processes the current one. Leaving the loop early aborts
 * the pending fetch.
 * @throws PlaygroundError `data.shard-corrupt`, `data.unreachable`; the signal's reason when aborted
 */
export async function* readShards(options: ReadShardsOptions): AsyncGenerator<Shard> {
  const { dataSet, part } = options;
  const all = dataSet.manifest.splits[part].shards;
  const firstImages = firstImageOfEach(all);
  const wanted = [...(options.shards ?? all.keys())].flatMap((index) => {
    const entry = all[index];
    return entry === undefined
      ? []
      : [{ entry, shardIndex: index, firstImage: firstImages[index] ?? 0 }];
  });
  const totalBytes = totalSizeBytes(wanted.map(({ entry }) => entry));
  const loadedBytes = new Map<ShardEntry, number>();
  let shardsLoaded = 0;
  const report = (): void => {
    options.onProgress?.({
      loadedBytes: [...loadedBytes.values()].reduce((sum, bytes) => sum + bytes, 0),
      totalBytes,
      shardsLoaded,
      numShards: wanted.length,
    });
  };

  const ending = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, ending.signal]) : ending.signal;
  const startLoading = (position: number): Promise<Shard> | undefined => {
    const next = wanted[position];
    if (next === undefined) return undefined;
    const { entry, ...place } = next;
    const loading = loadShard(dataSet, entry, signal, (bytes) => {
      loadedBytes.set(entry, bytes);
      report();
    }).then((images): Shard => {
      shardsLoaded += 1;
      report();
      return { ...images, ...place };
    });
    // The reader may be busy when this fails. It gets the error when it asks for the shard.
    loading.catch(() => {});
    return loading;
  };

  try {
    let ahead = startLoading(0);
    for (let position = 1; ahead !== undefined; position += 1) {
      const shard = await ahead;
      options.signal?.throwIfAborted();
      ahead = startLoading(position);
      yield shard;
    }
  } finally {
    ending.abort();
  }
}

/**
 * Loads one shard from the cache or the network, however long that takes, and verifies it. `onBytes` gets the number of bytes
 * of the current attempt.
 */
async function loadShard(
  { url: folder, manifest, transport }: DataSet,
  entry: ShardEntry,
  signal: AbortSignal,
  onBytes: (loadedBytes: number) => void,
): Promise<PixelBatch<Uint8Array>> {
  const url = `${folder}${entry.file}`;
  const { kept = KEPT_SHARDS, network } = transport;
  const found = await kept.take(url, entry.sha256);
  signal.throwIfAborted();
  if (found !== undefined) {
    if (bytesToHex(sha256(found)) === entry.sha256) {
      onBytes(entry.sizeBytes);
      return toImages(await unpack(found, entry, manifest, url), entry, manifest, url);
    }
    await kept.forget(url, entry.sha256);
  }
  const attemptOnce = async (attempt: Attempt) => {
    const response = await request(url, transport, attempt, "default");
    const packed = await receive(response, url, entry, attempt, onBytes);
    const images = toImages(await unpack(packed, entry, manifest, url), entry, manifest, url);
    // Writing to the cache is not awaited.
    void kept.keep(url, entry.sha256, packed);
    return images;
  };
  return network.untilThere(entry.file, attemptOnce, { signal });
}

/** Reads the file's bytes, hashes them as they arrive, and checks their number and checksum. */
async function receive(
  response: Response,
  url: string,
  entry: ShardEntry,
  { signal, heard }: Attempt,
  onBytes: (loadedBytes: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Uint8Array(entry.sizeBytes);
  const hash = sha256.create();
  let received = 0;
  onBytes(0);
  const reader = response.body?.getReader();
  while (reader !== undefined) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      signal.throwIfAborted();
      const got = `${formatCount(received)} bytes (${reasonOf(error)})`;
      throw brokenOff(url, `${formatCount(entry.sizeBytes)} bytes`, got, error);
    });
    if (done) break;
    heard();
    if (received + value.length > entry.sizeBytes) {
      await reader.cancel();
      const expected = `${formatCount(entry.sizeBytes)} bytes`;
      throw corrupt(url, "the file is too long", expected, "more");
    }
    hash.update(value);
    packed.set(value, received);
    received += value.length;
    onBytes(received);
  }
  if (received < entry.sizeBytes) {
    const expected = `${formatCount(entry.sizeBytes)} bytes`;
    throw corrupt(url, "the file is cut short", expected, `${formatCount(received)} bytes`);
  }
  const got = bytesToHex(hash.digest());
  if (got !== entry.sha256) {
    throw corrupt(url, "the file's checksum is wrong", `SHA-256 ${entry.sha256}`, got);
  }
  return packed;
}

/** Unpacks `[labels][pixels]` and requires exactly the length that the manifest implies. */
async function unpack(
  packed: Uint8Array<ArrayBuffer>,
  entry: ShardEntry,
  manifest: Manifest,
  url: string,
): Promise<Uint8Array> {
  const unpacked = new Uint8Array(entry.numImages * (1 + manifest.height * manifest.width));
  const expected = `${formatCount(unpacked.length)} bytes unpacked`;
  const gunzip = new DecompressionStream("gzip");
  const writer = gunzip.writable.getWriter();
  // An error shows up on the reading side.
  writer.write(packed).catch(() => {});
  writer.close().catch(() => {});
  const reader = gunzip.readable.getReader();
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      throw corrupt(url, "the file cannot be unpacked", "a gzip file", reasonOf(error));
    });
    if (done) break;
    if (length + value.length > unpacked.length) {
      throw corrupt(url, "the file holds too many images", expected, "more");
    }
    unpacked.set(value, length);
    length += value.length;
  }
  if (length < unpacked.length) {
    throw corrupt(url, "the file holds too few images", expected, formatCount(length));
  }
  return unpacked;
}

function toImages(
  unpacked: Uint8Array,
  entry: ShardEntry,
  manifest: Manifest,
  url: string,
): PixelBatch<Uint8Array> {
  const { numImages } = entry;
  const labels = unpacked.subarray(0, numImages);
  const numClasses = manifest.classes.length;
  const wrong = labels.find((label) => label >= numClasses);
  if (wrong !== undefined) {
    throw corrupt(url, "a label names no class", `0 to ${numClasses - 1}`, String(wrong));
  }
  return {
    kind: "pixels",
    pixels: unpacked.subarray(numImages),
    labels,
    height: manifest.height,
    width: manifest.width,
    channels: 1,
    numImages,
  };
}

/** Creates the error for a shard that does not match the manifest. */
function corrupt(url: string, rule: string, expected: string, got: string): PlaygroundError {
  return new PlaygroundError({
    code: "data.shard-corrupt",
    where: fileNameOf(url),
    rule,
    expected,
    got,
    remedy: "Build the data set again with `npm run data`, then reload the page.",
    context: { url, reason: rule, isDamaged: true },
  });
}
