/**
 * Fetches, verifies and unpacks shards, one ahead of whoever reads them. A shard that comes out of here is
 * whole: its size, checksum, unpacked length and labels have been checked, on every load, kept or not.
 *
 * Memory: the shard in the reader's hands, the next one, and nothing else.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { PlaygroundError, reasonOf } from "../core/errors.ts";
import type { Attempt } from "../core/network.ts";
import { formatCount } from "../core/units.ts";
import type { ImageBatch } from "./imageBatch.ts";
import { type Manifest, type PartName, type ShardEntry, totalSizeBytes } from "./manifest.ts";
import type { DataSet } from "./openDataSet.ts";
import { firstImageOfEach } from "./split.ts";
import { brokenOff, fileNameOf, request } from "./transport.ts";

/** Unpacked images of one shard. The reader owns it. */
export interface Shard extends ImageBatch {
  readonly shardIndex: number;
  /** Index of its first image in the part. */
  readonly firstImage: number;
}

/** How far the shards that were asked for have come. */
export interface ShardProgress {
  /** Bytes as they lie on the server; those of a failed attempt are taken back. */
  readonly loadedBytes: number;
  readonly totalBytes: number;
  /** Shards verified and unpacked. */
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

/**
 * The shards one by one, fetching the next while the reader works on the one it has.
 * Leaving the loop early ends the fetch under way.
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
    // The reader may be busy when this fails; it learns of it when it asks for the shard.
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

/** One shard, verified, kept or however long it takes to come. `onBytes` gets the bytes of the attempt so far. */
async function loadShard(
  { url: folder, manifest, transport }: DataSet,
  entry: ShardEntry,
  signal: AbortSignal,
  onBytes: (loadedBytes: number) => void,
): Promise<ImageBatch> {
  const url = `${folder}${entry.file}`;
  const { kept, network } = transport;
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
    // Nobody waits for it to be written.
    void kept.keep(url, entry.sha256, packed);
    return images;
  };
  return network.untilThere(entry.file, attemptOnce, { signal });
}

/** The file's bytes, of the right number and checksum. Hashed as they arrive. */
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

/** `[labels][pixels]`, of exactly the length the manifest implies. */
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
  // A failure shows at the reading end.
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
): ImageBatch {
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

/** The error for a shard that arrived but is not what the manifest promises. */
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
