/**
 * Serves data sets from memory, for tests of `data/` and of whatever reads through it: real shards, real checksums, no network
 * and no waiting. The first two pixels of every image hold its index.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { createNetwork, type Network, type NetworkWait } from "../core/network.ts";
import type { PixelBatch } from "../core/pixelBatch.ts";
import { emptyImages, sliceImages } from "./imageBatch.ts";
import { keepInMemory } from "./keptShards.ts";
import { type DataSetId, FORMAT_VERSION, type ShardEntry } from "./manifest.ts";
import type { DataTransport } from "./transport.ts";

export const MEMORY_BASE_URL = "http://memory/data/";

export interface MemorySet {
  readonly id: DataSetId;
  /** The number of images in each shard. */
  readonly train: readonly number[];
  readonly test: readonly number[];
  readonly height: number;
  readonly width: number;
  readonly numClasses: number;
}

type Answer = () => Response | Promise<Response>;

export interface MemoryServer {
  readonly transport: DataTransport;
  readonly network: Network;
  /** Bytes by path below the base address: `starter/train-00.shard`. */
  readonly files: Map<string, Uint8Array<ArrayBuffer>>;
  /** The requested paths, in order. */
  readonly requests: string[];
  /** Cache mode of each request. */
  readonly cacheModes: (RequestCache | undefined)[];
  /** What was reported as waited for, in order. */
  readonly waits: NetworkWait[];
  /** Delays before further attempts. None of them takes any time. */
  readonly delaysMs: number[];
  /** Replaces the answer to the next `times` requests for a path. An answer that throws simulates a dead network. */
  intercept(path: string, times: number, answer: Answer): void;
}

export async function createMemoryServer(...sets: readonly MemorySet[]): Promise<MemoryServer> {
  const files: MemoryServer["files"] = new Map();
  for (const set of sets) await addSet(files, set);
  const requests: string[] = [];
  const cacheModes: MemoryServer["cacheModes"] = [];
  const waits: NetworkWait[] = [];
  const delaysMs: number[] = [];
  const network = createNetwork({
    sleep: async (delayMs) => {
      delaysMs.push(delayMs);
    },
  });
  network.subscribe(() => {
    for (const wait of network.waits()) waits.push(wait);
  });
  const interceptions: { path: string; answer: Answer }[] = [];

  const answer = async (path: string): Promise<Response> => {
    const position = interceptions.findIndex((interception) => interception.path === path);
    const [interception] = position < 0 ? [] : interceptions.splice(position, 1);
    if (interception !== undefined) return interception.answer();
    const bytes = files.get(path);
    return bytes === undefined ? new Response("", { status: 404 }) : new Response(bytes);
  };
  return {
    transport: {
      fetch: async (url, init) => {
        init.signal?.throwIfAborted();
        const path = url.slice(MEMORY_BASE_URL.length);
        requests.push(path);
        cacheModes.push(init.cache);
        return answer(path);
      },
      network,
      kept: keepInMemory(),
    },
    network,
    files,
    requests,
    cacheModes,
    waits,
    delaysMs,
    intercept(path, times, replacement) {
      for (let count = 0; count < times; count += 1) {
        interceptions.push({ path, answer: replacement });
      }
    },
  };
}

/** Returns which images a batch holds, as indices into their part. */
export function indicesOf(images: PixelBatch<Uint8Array>): number[] {
  const imageSize = images.height * images.width;
  return Array.from({ length: images.numImages }, (_, image) => {
    const low = images.pixels[image * imageSize] ?? 0;
    const high = images.pixels[image * imageSize + 1] ?? 0;
    return high * 256 + low;
  });
}

async function addSet(files: MemoryServer["files"], set: MemorySet): Promise<void> {
  const addPart = async (part: "train" | "test"): Promise<object> => {
    const numImages = set[part].reduce((sum, count) => sum + count, 0);
    const images = numberedImages(numImages, set);
    const shards: ShardEntry[] = [];
    let first = 0;
    for (const count of set[part]) {
      const { labels, pixels } = sliceImages(images, first, count);
      const packed = await zip(labels, pixels);
      const file = `${part}-${String(shards.length).padStart(2, "0")}.shard`;
      files.set(`${set.id}/${file}`, packed);
      const digest = bytesToHex(sha256(packed));
      shards.push({ file, numImages: count, sizeBytes: packed.length, sha256: digest });
      first += count;
    }
    return { numImages, shards };
  };
  const manifest = {
    formatVersion: FORMAT_VERSION,
    id: set.id,
    title: `The ${set.id} set in memory`,
    classes: Array.from({ length: set.numClasses }, (_, label) => `class ${label}`),
    height: set.height,
    width: set.width,
    splits: { train: await addPart("train"), test: await addPart("test") },
  };
  files.set(`${set.id}/manifest.json`, new TextEncoder().encode(JSON.stringify(manifest)));
}

function numberedImages(
  numImages: number,
  { height, width, numClasses }: MemorySet,
): PixelBatch<Uint8Array> {
  const images = emptyImages(numImages, height, width);
  for (let index = 0; index < numImages; index += 1) {
    images.pixels[index * height * width] = index % 256;
    images.pixels[index * height * width + 1] = Math.floor(index / 256);
    images.labels[index] = index % numClasses;
  }
  return images;
}

/** Compresses the concatenated parts with gzip. */
export async function zip(...parts: readonly Uint8Array[]): Promise<Uint8Array<ArrayBuffer>> {
  const blob = new Blob(parts.map((part) => part.slice()));
  const packed = blob.stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}
