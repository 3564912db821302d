import { describe, expect, it } from "vitest";
import { append, greatestOf } from "../core/numbers.ts";
import type { PixelBatch } from "../core/pixelBatch.ts";
import {
  createMemoryServer,
  indicesOf,
  MEMORY_BASE_URL,
  type MemoryServer,
  type MemorySet,
} from "./memoryServer.ts";
import { type DataSet, openDataSet } from "./openDataSet.ts";
import { createSplit, stepsPerEpoch } from "./split.ts";
import {
  type LoadingProgress,
  type TrainingBatchesOptions,
  trainingBatches,
} from "./trainingBatches.ts";

const set: MemorySet = {
  id: "starter",
  train: [100, 100, 100, 100, 100, 37],
  test: [7],
  height: 4,
  width: 6,
  numClasses: 10,
};

async function serve(): Promise<{ server: MemoryServer; dataSet: DataSet }> {
  const server = await createMemoryServer(set);
  const { transport } = server;
  const dataSet = await openDataSet({ baseUrl: MEMORY_BASE_URL, choice: "starter", transport });
  server.requests.length = 0;
  return { server, dataSet };
}

function optionsFor(
  dataSet: DataSet,
  change: Partial<TrainingBatchesOptions & { holdOut: number }> = {},
): TrainingBatchesOptions {
  const split = createSplit(dataSet.manifest, {
    trainingImages: 0,
    holdOut: change.holdOut ?? 0,
    seed: 1,
  });
  return {
    dataSet,
    split,
    epoch: 1,
    seed: 1,
    batchSize: 16,
    remainder: "keep",
    shuffleBuffer: 200,
    ...change,
  };
}

async function collect(options: TrainingBatchesOptions): Promise<PixelBatch<Uint8Array>[]> {
  const batches: PixelBatch<Uint8Array>[] = [];
  for await (const batch of trainingBatches(options)) batches.push(batch);
  return batches;
}

async function orderOf(options: TrainingBatchesOptions): Promise<number[]> {
  return (await collect(options)).flatMap(indicesOf);
}

const sorted = (indices: Iterable<number>): number[] => [...indices].sort((a, b) => a - b);

describe("an epoch of training batches", () => {
  it("holds every training image once and no held-out one", async () => {
    const { dataSet } = await serve();
    const options = optionsFor(dataSet, { holdOut: 90 });
    const order = await orderOf(options);
    expect(order).toHaveLength(537 - 90);
    expect(sorted([...order, ...options.split.heldOut])).toEqual([...Array(537).keys()]);
  });

  it("gives each image its own label, and batches of two-dimensional images", async () => {
    const { dataSet } = await serve();
    for (const batch of await collect(optionsFor(dataSet))) {
      expect(batch).toMatchObject({ kind: "pixels", height: 4, width: 6 });
      expect(batch.pixels).toHaveLength(batch.numImages * 4 * 6);
      expect([...batch.labels]).toEqual(indicesOf(batch).map((index) => index % 10));
    }
  });

  it.each([
    ["drop", 16, 33, 16],
    ["keep", 16, 34, 9],
    ["drop", 537, 1, 537],
    ["keep", 1, 537, 1],
    ["keep", 1000, 1, 537],
  ] as const)(
    "that %ss the remainder has, in batches of %i, %i of them, the last of %i",
    async (remainder, batchSize, numBatches, last) => {
      const { dataSet } = await serve();
      const batches = await collect(optionsFor(dataSet, { remainder, batchSize }));
      expect(batches).toHaveLength(numBatches);
      expect(batches).toHaveLength(stepsPerEpoch({ numTraining: 537, batchSize, remainder }));
      expect(batches.at(-1)?.numImages).toBe(last);
      expect(batches.slice(0, -1).every(({ numImages }) => numImages === batchSize)).toBe(true);
    },
  );

  it("is the same for the same seed, and another in each epoch and for each seed", async () => {
    const { dataSet } = await serve();
    const first = await orderOf(optionsFor(dataSet));
    expect(await orderOf(optionsFor(dataSet))).toEqual(first);
    const nextEpoch = await orderOf(optionsFor(dataSet, { epoch: 2 }));
    const otherSeed = await orderOf(optionsFor(dataSet, { seed: 2 }));
    expect(nextEpoch).not.toEqual(first);
    expect(otherSeed).not.toEqual(first);
    expect(sorted(nextEpoch)).toEqual(sorted(first));
  });

  it("draws from as many images as the buffer holds, and no further ahead", async () => {
    const { dataSet } = await serve();
    const order = await orderOf(optionsFor(dataSet, { shuffleBuffer: 50 }));
    for (const [position, index] of order.entries()) expect(index).toBeLessThan(position + 50);
    expect(greatestOf(order.slice(0, 16))).toBeGreaterThan(25);
  });

  it("keeps the stored order with a buffer of one", async () => {
    const { dataSet } = await serve();
    const order = await orderOf(optionsFor(dataSet, { shuffleBuffer: 1 }));
    expect(order).toEqual([...Array(537).keys()]);
  });

  it("hands out batches that later ones do not overwrite", async () => {
    const { dataSet } = await serve();
    const buffers = (await collect(optionsFor(dataSet))).map(({ pixels }) => pixels.buffer);
    expect(new Set(buffers).size).toBe(buffers.length);
  });
});

describe("the start of training", () => {
  it.each([
    [200, 2],
    [100, 1],
    [101, 2],
    [16, 1],
    [5000, 6],
  ])("with a buffer of %i waits for %i shards", async (shuffleBuffer, numShards) => {
    const { dataSet } = await serve();
    // Only the needed shards ever answer: the first batch must come without the others.
    const gated: DataSet = {
      ...dataSet,
      transport: {
        ...dataSet.transport,
        fetch: (url, init) =>
          Number(url.at(-7)) < numShards
            ? dataSet.transport.fetch(url, init)
            : new Promise(() => {}),
      },
    };
    const batches = trainingBatches(optionsFor(gated, { shuffleBuffer }));
    const { value } = await batches.next();
    expect(value?.numImages).toBe(16);
  });

  it("is announced: the buffer is full before the first batch and never fuller", async () => {
    const { server, dataSet } = await serve();
    const reports: LoadingProgress[] = [];
    const batches = trainingBatches(
      optionsFor(dataSet, { onProgress: (progress) => reports.push(progress) }),
    );
    await batches.next();
    const full = reports.find(({ buffered }) => buffered === 200);
    expect(full).toMatchObject({ bufferSize: 200, shardsLoaded: 2, numShards: 6 });
    expect(reports[0]).toMatchObject({ buffered: 0, loadedBytes: 0, shardsLoaded: 0 });
    for await (const _batch of batches) expect(server.requests.length).toBeLessThanOrEqual(6);
    expect(greatestOf(reports.map(({ buffered }) => buffered))).toBe(200);
    expect(reports.at(-1)).toMatchObject({ shardsLoaded: 6 });
    expect(reports.at(-1)?.loadedBytes).toBe(reports.at(-1)?.totalBytes);
  });

  it("waits for no more than there are where the buffer is larger than the set", async () => {
    const { dataSet } = await serve();
    const reports: LoadingProgress[] = [];
    await collect(
      optionsFor(dataSet, {
        shuffleBuffer: 10_000,
        onProgress: (progress) => reports.push(progress),
      }),
    );
    expect(reports[0]?.bufferSize).toBe(537);
  });
});

describe("an epoch that ends early", () => {
  it("by the signal stops before the next batch and before the next shard", async () => {
    const { server, dataSet } = await serve();
    const controller = new AbortController();
    const batches = trainingBatches(
      optionsFor(dataSet, { shuffleBuffer: 50, signal: controller.signal }),
    );
    await batches.next();
    controller.abort(new Error("run was reset"));
    await expect(batches.next()).rejects.toThrow("run was reset");
    expect(server.requests).toHaveLength(2);
  });

  it("by a damaged shard gives the batches before it, then the error", async () => {
    const { server, dataSet } = await serve();
    server.files.set("starter/train-03.shard", new Uint8Array(3));
    const seen: number[] = [];
    const read = async (): Promise<void> => {
      for await (const batch of trainingBatches(optionsFor(dataSet, { shuffleBuffer: 100 }))) {
        append(seen, indicesOf(batch));
      }
    };
    await expect(read()).rejects.toMatchObject({
      code: "data.shard-corrupt",
      message: expect.stringContaining("train-03.shard"),
    });
    expect(seen.length).toBeGreaterThanOrEqual(192);
  });

  it("by a signal that was given before it began loads nothing", async () => {
    const { server, dataSet } = await serve();
    const signal = AbortSignal.abort(new Error("too late"));
    await expect(collect(optionsFor(dataSet, { signal }))).rejects.toThrow("too late");
    expect(server.requests).toEqual([]);
  });
});
