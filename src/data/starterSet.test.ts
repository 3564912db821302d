/** Reads the committed starter set as the page does, which checks every checksum, size and label. */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { greatestOf, leastOf } from "../core/numbers.ts";
import { type DataSet, openDataSet } from "./openDataSet.ts";
import { readShards } from "./shardLoader.ts";

const FOLDER = new URL("../../public/data/", import.meta.url);

function openStarter(): Promise<DataSet> {
  return openDataSet({
    baseUrl: FOLDER.href,
    choice: "starter",
    transport: { fetch: async (url) => new Response(await readFile(fileURLToPath(url))) },
  });
}

async function countsByClass(dataSet: DataSet, part: "train" | "test"): Promise<number[]> {
  const counts = dataSet.manifest.classes.map(() => 0);
  for await (const { labels } of readShards({ dataSet, part })) {
    for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  }
  return counts;
}

describe("the committed starter set", () => {
  it("has 500 training and 100 test images of each of ten classes, and every checksum is right", async () => {
    const dataSet = await openStarter();
    expect(dataSet.manifest).toMatchObject({ height: 28, width: 28 });
    expect(dataSet.manifest.classes).toHaveLength(10);
    expect(await countsByClass(dataSet, "train")).toEqual(new Array<number>(10).fill(500));
    expect(await countsByClass(dataSet, "test")).toEqual(new Array<number>(10).fill(100));
  });

  it("is mixed: no class fills the first images", async () => {
    const { value } = await readShards({ dataSet: await openStarter(), part: "train" }).next();
    const first = new Set<number>(value?.labels.subarray(0, 64));
    expect(first.size).toBe(10);
  });

  it("holds pictures, not noise or blanks: every image has dark and bright pixels", async () => {
    for await (const { pixels, numImages } of readShards({
      dataSet: await openStarter(),
      part: "test",
    })) {
      for (let image = 0; image < numImages; image += 1) {
        const own = pixels.subarray(image * 784, (image + 1) * 784);
        expect(greatestOf(own)).toBeGreaterThan(60);
        expect(leastOf(own)).toBe(0);
      }
    }
  });

  it("carries its licence", async () => {
    const licence = await readFile(new URL("starter/LICENSE", FOLDER), "utf8");
    expect(licence).toContain("Copyright (c) 2017 Zalando SE");
    expect(licence).toContain("MIT License");
  });
});
