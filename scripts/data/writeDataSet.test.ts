import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { append } from "../../src/core/numbers.ts";
import type { PixelBatch } from "../../src/core/pixelBatch.ts";
import { randomStream } from "../../src/core/random.ts";
import { emptyImages } from "../../src/data/imageBatch.ts";
import { openDataSet } from "../../src/data/openDataSet.ts";
import { readShards } from "../../src/data/shardLoader.ts";
import {
  type DataSetContent,
  IMAGES_PER_SHARD,
  numShards,
  readCompleteSet,
  writeDataSet,
} from "./writeDataSet.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "shards-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

function randomImages(numImages: number, seed: number): PixelBatch<Uint8Array> {
  const random = randomStream(seed, "images");
  const images = emptyImages(numImages, 3, 2);
  for (let index = 0; index < images.pixels.length; index += 1) {
    images.pixels[index] = random.nextInteger(256);
  }
  for (let index = 0; index < numImages; index += 1) images.labels[index] = random.nextInteger(2);
  return images;
}

const content: DataSetContent = {
  id: "starter",
  title: "A set",
  classes: ["Bag", "Boot"],
  train: randomImages(IMAGES_PER_SHARD + 7, 1),
  test: randomImages(10, 2),
};
const write = (changed: Partial<DataSetContent> = {}, numDone: number[] = []) =>
  writeDataSet({ ...content, ...changed }, join(root, "starter"), join(root, "work"), (done) => {
    numDone.push(done);
  });

describe("a data set that was written", () => {
  it("is read by the page's own loader with every byte as it was", async () => {
    await write();
    const dataSet = await openDataSet({
      baseUrl: pathToFileURL(root).href,
      choice: "starter",
      transport: { fetch: async (url) => new Response(await readFile(fileURLToPath(url))) },
    });
    expect(dataSet.manifest).toMatchObject({ title: "A set", classes: ["Bag", "Boot"] });
    for (const part of ["train", "test"] as const) {
      const pixels: number[] = [];
      const labels: number[] = [];
      for await (const shard of readShards({ dataSet, part })) {
        append(pixels, shard.pixels);
        append(labels, shard.labels);
      }
      expect(pixels).toEqual([...content[part].pixels]);
      expect(labels).toEqual([...content[part].labels]);
    }
  });

  it("has 2,500 images a shard, its licence, and nothing else", async () => {
    const numDone: number[] = [];
    const { splits } = await write({}, numDone);
    expect(splits.train.shards.map(({ numImages }) => numImages)).toEqual([2500, 7]);
    expect(numShards(content.train)).toBe(2);
    expect((await readdir(join(root, "starter"))).sort()).toEqual([
      "LICENSE",
      "manifest.json",
      "test-00.shard",
      "train-00.shard",
      "train-01.shard",
    ]);
    expect(numDone).toEqual([1, 2, 3]);
  });

  it("is the same to the last byte when it is written again: no time is stored", async () => {
    const first = await write();
    expect(await write()).toEqual(first);
    const shard = await readFile(join(root, "starter", "test-00.shard"));
    expect([...shard.subarray(0, 8)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]);
  });

  it("replaces an older one as a whole", async () => {
    await write();
    const manifest = await write({ train: randomImages(5, 3) });
    expect(await readdir(join(root, "starter"))).not.toContain("train-01.shard");
    expect(await readCompleteSet(join(root, "starter"))).toEqual(manifest);
  });

  it("stays as it was when a later build is interrupted", async () => {
    const manifest = await write();
    const interrupted = writeDataSet(content, join(root, "starter"), join(root, "work"), () => {
      throw new Error("interrupted");
    });
    await expect(interrupted).rejects.toThrow("interrupted");
    expect(await readCompleteSet(join(root, "starter"))).toEqual(manifest);
  });
});

describe("whether a set is complete", () => {
  const isComplete = async (): Promise<boolean> =>
    (await readCompleteSet(join(root, "starter"))) !== undefined;

  it("is true right after it was written", async () => {
    await write();
    expect(await isComplete()).toBe(true);
  });

  it.each<[string, (folder: string) => Promise<void>]>([
    ["its folder is missing", (folder) => rm(folder, { recursive: true })],
    ["its manifest is missing", (folder) => rm(join(folder, "manifest.json"))],
    ["a shard is missing", (folder) => rm(join(folder, "train-01.shard"))],
    ["a shard is cut short", (folder) => truncate(join(folder, "test-00.shard"), 9)],
    ["its manifest is not JSON", (folder) => writeFile(join(folder, "manifest.json"), "{")],
    [
      "its format is another version's",
      async (folder) => {
        const path = join(folder, "manifest.json");
        const text = await readFile(path, "utf8");
        await writeFile(path, text.replace('"formatVersion": 1', '"formatVersion": 0'));
      },
    ],
  ])("is false where %s", async (_, damage) => {
    await write();
    await damage(join(root, "starter"));
    expect(await isComplete()).toBe(false);
  });
});
