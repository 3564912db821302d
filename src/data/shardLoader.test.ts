import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { describe, expect, it } from "vitest";
import { append } from "../core/numbers.ts";
import {
  createMemoryServer,
  indicesOf,
  MEMORY_BASE_URL,
  type MemoryServer,
  type MemorySet,
  zip,
} from "./memoryServer.ts";
import { type DataSet, openDataSet } from "./openDataSet.ts";
import { type ReadShardsOptions, readShards, type ShardProgress } from "./shardLoader.ts";

const set: MemorySet = {
  id: "starter",
  train: [40, 30, 20, 10],
  test: [7],
  height: 5,
  width: 4,
  numClasses: 10,
};
const FIRST = "starter/train-00.shard";

async function serve(): Promise<{ server: MemoryServer; dataSet: DataSet }> {
  const server = await createMemoryServer(set);
  const { transport } = server;
  const dataSet = await openDataSet({ baseUrl: MEMORY_BASE_URL, choice: "starter", transport });
  server.requests.length = 0;
  server.cacheModes.length = 0;
  return { server, dataSet };
}

async function readAll(options: Omit<ReadShardsOptions, "part">): Promise<number[][]> {
  const indices: number[][] = [];
  for await (const shard of readShards({ ...options, part: "train" })) {
    indices.push(indicesOf(shard));
  }
  return indices;
}

const bytesOf = (server: MemoryServer, path: string): Uint8Array<ArrayBuffer> =>
  (server.files.get(path) ?? new Uint8Array()).slice();

/** Replaces the first shard of the set, with a manifest that matches its bytes. */
function withFirstShard(dataSet: DataSet, packed: Uint8Array): DataSet {
  const { manifest } = dataSet;
  const [first, ...others] = manifest.splits.train.shards;
  if (first === undefined) throw new Error("the set in memory has shards");
  const changed = { ...first, sizeBytes: packed.length, sha256: bytesToHex(sha256(packed)) };
  const train = { ...manifest.splits.train, shards: [changed, ...others] };
  return { ...dataSet, manifest: { ...manifest, splits: { ...manifest.splits, train } } };
}

describe("reading shards", () => {
  it("gives every image once, in stored order, with its label and place", async () => {
    const { dataSet } = await serve();
    const seen: number[] = [];
    for await (const shard of readShards({ dataSet, part: "train" })) {
      expect(shard).toMatchObject({ height: 5, width: 4, firstImage: seen.length });
      const indices = indicesOf(shard);
      expect([...shard.labels]).toEqual(indices.map((index) => index % 10));
      append(seen, indices);
    }
    expect(seen).toEqual([...Array(100).keys()]);
  });

  it("reads only the shards asked for, in the order asked for", async () => {
    const { server, dataSet } = await serve();
    const indices = await readAll({ dataSet, shards: [3, 1] });
    expect(indices.map((shard) => shard[0])).toEqual([90, 40]);
    expect(server.requests).toEqual(["starter/train-03.shard", "starter/train-01.shard"]);
  });

  it("fetches one shard ahead and never a second: at most two are in memory", async () => {
    const { server, dataSet } = await serve();
    let numRead = 0;
    for await (const _shard of readShards({ dataSet, part: "train" })) {
      numRead += 1;
      // Waits long enough for any pending fetch to show up.
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(server.requests).toHaveLength(Math.min(numRead + 1, 4));
    }
    expect(numRead).toBe(4);
  });

  it("counts bytes up to the whole size", async () => {
    const { server, dataSet } = await serve();
    const reports: ShardProgress[] = [];
    await readAll({ dataSet, onProgress: (progress) => reports.push(progress) });
    const totalBytes = [0, 1, 2, 3]
      .map((index) => bytesOf(server, `starter/train-0${index}.shard`).length)
      .reduce((sum, bytes) => sum + bytes, 0);
    expect(reports[0]).toEqual({ loadedBytes: 0, totalBytes, shardsLoaded: 0, numShards: 4 });
    expect(reports.at(-1)).toEqual({
      loadedBytes: totalBytes,
      totalBytes,
      shardsLoaded: 4,
      numShards: 4,
    });
  });
});

describe("a damaged shard", () => {
  it("with one wrong byte fails by its checksum after three attempts, and names the file", async () => {
    const { server, dataSet } = await serve();
    const damaged = bytesOf(server, FIRST);
    damaged[50] = (damaged[50] ?? 0) ^ 1;
    server.files.set(FIRST, damaged);
    await expect(readAll({ dataSet })).rejects.toMatchObject({
      code: "data.shard-corrupt",
      message: expect.stringMatching(
        /^train-00\.shard: the file's checksum is wrong; expected SHA-256 [0-9a-f]{64}, got [0-9a-f]{64}\. /,
      ),
      context: { where: "train-00.shard" },
    });
    expect(server.requests.filter((path) => path === FIRST)).toHaveLength(3);
    expect(server.delaysMs).toEqual([300, 900]);
  });

  it("cut short says how many bytes came", async () => {
    const { server, dataSet } = await serve();
    const whole = bytesOf(server, FIRST);
    server.files.set(FIRST, whole.slice(0, 20));
    await expect(readAll({ dataSet })).rejects.toMatchObject({
      code: "data.shard-corrupt",
      message: expect.stringContaining(
        `the file is cut short; expected ${whole.length} bytes, got 20 bytes`,
      ),
    });
  });

  it("that is too long is refused before it fills the memory", async () => {
    const { server, dataSet } = await serve();
    server.files.set(FIRST, new Uint8Array(100_000));
    await expect(readAll({ dataSet })).rejects.toMatchObject({
      code: "data.shard-corrupt",
      message: expect.stringContaining("the file is too long"),
    });
  });

  it("is fetched again past the cache, and a whole copy lets the reading go on", async () => {
    const { server, dataSet } = await serve();
    server.intercept(FIRST, 1, () => new Response("an index page"));
    const indices = await readAll({ dataSet });
    expect(indices.flat()).toEqual([...Array(100).keys()]);
    expect(server.cacheModes.slice(0, 2)).toEqual(["default", "reload"]);
    expect(server.delaysMs).toEqual([300]);
  });

  it.each([
    ["is not gzip", async () => new Uint8Array(30), "the file cannot be unpacked"],
    ["holds too few images", () => zip(new Uint8Array(7)), "the file holds too few images"],
    ["holds too many images", () => zip(new Uint8Array(9999)), "the file holds too many images"],
    [
      "has a label outside the classes",
      () => zip(new Uint8Array(40).fill(10), new Uint8Array(40 * 20)),
      "a label names no class; expected 0 to 9, got 10",
    ],
  ])("that %s is refused although its checksum fits", async (_, build, message) => {
    const { server, dataSet } = await serve();
    const packed = await build();
    server.files.set(FIRST, packed);
    await expect(readAll({ dataSet: withFirstShard(dataSet, packed) })).rejects.toMatchObject({
      code: "data.shard-corrupt",
      message: expect.stringContaining(message),
    });
  });
});

describe("a network that fails", () => {
  it("while a shard is asked for is waited for, and what it is about is told", async () => {
    const { server, dataSet } = await serve();
    server.intercept("starter/train-02.shard", 40, () => {
      throw new TypeError("network down");
    });
    expect((await readAll({ dataSet })).flat()).toEqual([...Array(100).keys()]);
    expect(server.waits.at(-1)).toMatchObject({ what: "train-02.shard", attempts: 40 });
    expect(server.network.waits()).toEqual([]);
  });

  it("in the middle of a shard is tried again", async () => {
    const { server, dataSet } = await serve();
    const whole = bytesOf(server, FIRST);
    server.intercept(FIRST, 2, () => {
      let isFirst = true;
      const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
        pull(controller) {
          if (isFirst) controller.enqueue(whole.slice(0, 10));
          else controller.error(new TypeError("connection reset"));
          isFirst = false;
        },
      });
      return new Response(body);
    });
    const indices = await readAll({ dataSet });
    expect(indices.flat()).toHaveLength(100);
    expect(server.waits[0]?.reason).toBe("the connection broke off (10 bytes (connection reset))");
  });

  it("with an HTTP error names the status", async () => {
    const { server, dataSet } = await serve();
    server.files.delete(FIRST);
    await expect(readAll({ dataSet })).rejects.toMatchObject({
      code: "data.unreachable",
      message: expect.stringContaining("expected HTTP 200, got HTTP 404"),
    });
  });
});

describe("ending early", () => {
  it("by the signal rejects with its reason and fetches nothing more", async () => {
    const { server, dataSet } = await serve();
    const controller = new AbortController();
    const shards = readShards({ dataSet, part: "train", signal: controller.signal });
    await shards.next();
    controller.abort(new Error("run was reset"));
    await expect(shards.next()).rejects.toThrow("run was reset");
    expect(server.requests.length).toBeLessThanOrEqual(2);
  });

  it("by the signal does not wait for further attempts", async () => {
    const { server, dataSet } = await serve();
    const controller = new AbortController();
    server.intercept(FIRST, 3, () => {
      controller.abort(new Error("run was reset"));
      throw new TypeError("network down");
    });
    await expect(readAll({ dataSet, signal: controller.signal })).rejects.toThrow("run was reset");
    expect(server.requests).toEqual([FIRST]);
  });

  it("by leaving the loop ends the fetch under way", async () => {
    const { server, dataSet } = await serve();
    const signals: (AbortSignal | null | undefined)[] = [];
    const fetchWatched: DataSet["transport"]["fetch"] = (url, init) => {
      signals.push(init.signal);
      return server.transport.fetch(url, init);
    };
    const watched = { ...dataSet, transport: { ...dataSet.transport, fetch: fetchWatched } };
    for await (const _shard of readShards({ dataSet: watched, part: "train" })) break;
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, true]);
  });
});
