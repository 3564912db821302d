import { describe, expect, it } from "vitest";
import { append } from "../core/numbers.ts";
import { pickImages } from "./imageBatch.ts";
import {
  createMemoryServer,
  indicesOf,
  MEMORY_BASE_URL,
  type MemoryServer,
  type MemorySet,
} from "./memoryServer.ts";
import { type DataSet, openDataSet } from "./openDataSet.ts";
import { createSplit } from "./split.ts";
import {
  loadTestImages,
  loadValidationImages,
  testBatches,
  validationBatches,
} from "./storedImages.ts";

const set: MemorySet = {
  id: "starter",
  train: [900, 900, 900, 900],
  test: [30, 30, 13],
  height: 3,
  width: 2,
  numClasses: 7,
};

async function serve(): Promise<{ server: MemoryServer; dataSet: DataSet }> {
  const server = await createMemoryServer(set);
  const { transport } = server;
  const dataSet = await openDataSet({ baseUrl: MEMORY_BASE_URL, choice: "starter", transport });
  server.requests.length = 0;
  return { server, dataSet };
}

describe("test batches", () => {
  it.each([1, 7, 30, 64, 73, 100])(
    "of %i hold every test image in stored order",
    async (batchSize) => {
      const { dataSet } = await serve();
      const order: number[] = [];
      for await (const batch of testBatches({ dataSet, batchSize })) {
        expect(batch.numImages).toBe(Math.min(batchSize, 73 - order.length));
        const indices = indicesOf(batch);
        expect([...batch.labels]).toEqual(indices.map((index) => index % 7));
        append(order, indices);
      }
      expect(order).toEqual([...Array(73).keys()]);
    },
  );

  it("stop at the signal", async () => {
    const { dataSet } = await serve();
    const controller = new AbortController();
    const batches = testBatches({ dataSet, batchSize: 8, signal: controller.signal });
    await batches.next();
    controller.abort(new Error("stopped"));
    await expect(batches.next()).rejects.toThrow("stopped");
  });
});

describe("test images by index", () => {
  it("come in the order asked for, repeats and all, from their shards alone", async () => {
    const { server, dataSet } = await serve();
    const images = await loadTestImages({ dataSet, indices: [72, 0, 61, 0, 29] });
    expect(indicesOf(images)).toEqual([72, 0, 61, 0, 29]);
    expect([...images.labels]).toEqual([72, 0, 61, 0, 29].map((index) => index % 7));
    expect(server.requests).toEqual(["starter/test-00.shard", "starter/test-02.shard"]);
  });

  it("are none where none are asked for, without a request", async () => {
    const { server, dataSet } = await serve();
    expect((await loadTestImages({ dataSet, indices: [] })).numImages).toBe(0);
    expect(server.requests).toEqual([]);
  });

  it.each([73, -1, 1.5, Number.NaN])("refuse the index %d", async (index) => {
    const { dataSet } = await serve();
    await expect(loadTestImages({ dataSet, indices: [0, index] })).rejects.toMatchObject({
      code: "run.invalid-command",
      message: expect.stringContaining("expected 0 to 72"),
    });
  });
});

describe("validation images", () => {
  it("are the held-out ones, those of the live curve first, from the last shards", async () => {
    const { server, dataSet } = await serve();
    const split = createSplit(dataSet.manifest, { trainingImages: 0, holdOut: 1100, seed: 1 });
    const images = await loadValidationImages({ dataSet, split });
    expect(indicesOf(images.whole)).toEqual([...split.heldOut]);
    expect(images.live.numImages).toBe(1000);
    expect(indicesOf(images.live)).toEqual([...split.heldOut.subarray(0, 1000)]);
    expect(images.live.pixels.buffer).toBe(images.whole.pixels.buffer);
    expect(server.requests).toEqual(
      ["01", "02", "03"].map((number) => `starter/train-${number}.shard`),
    );
  });

  it("are cut into batches as often as needed", async () => {
    const { dataSet } = await serve();
    const split = createSplit(dataSet.manifest, { trainingImages: 0, holdOut: 1100, seed: 1 });
    const images = await loadValidationImages({ dataSet, split });
    for (const which of ["whole", "live", "whole"] as const) {
      const batches = [...validationBatches(images, which, 64)];
      expect(batches.flatMap(indicesOf)).toEqual(indicesOf(images[which]));
      expect(batches.at(-1)?.numImages).toBe(images[which].numImages % 64);
    }
  });

  it("can be picked by their places, in any order", async () => {
    const { dataSet } = await serve();
    const split = createSplit(dataSet.manifest, { trainingImages: 0, holdOut: 1100, seed: 1 });
    const { whole } = await loadValidationImages({ dataSet, split });
    const picked = pickImages(whole, [1050, 0, 7]);
    expect(indicesOf(picked)).toEqual([1050, 0, 7].map((place) => split.heldOut[place]));
    expect([...picked.labels]).toEqual([1050, 0, 7].map((place) => whole.labels[place]));
    expect(() => pickImages(whole, [1100])).toThrow(RangeError);
  });

  it("are none without a hold-out", async () => {
    const { server, dataSet } = await serve();
    const split = createSplit(dataSet.manifest, { trainingImages: 0, holdOut: 0, seed: 1 });
    const images = await loadValidationImages({ dataSet, split });
    expect(images.whole.numImages).toBe(0);
    expect([...validationBatches(images, "live", 64)]).toEqual([]);
    expect(server.requests).toEqual([]);
  });
});
