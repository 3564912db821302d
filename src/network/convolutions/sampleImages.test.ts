import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { greatestOf, leastOf } from "../../core/numbers.ts";
import { openDataSet } from "../../data/openDataSet.ts";
import { readShards } from "../../data/shardLoader.ts";
import { cropOf, IMAGE_SIDE, pixelsOf, SAMPLE_IMAGES } from "./sampleImages.ts";
import { CROP_SIDE } from "./walkthrough.ts";

it("are the starter set's own pixels, under their own class names", async () => {
  const dataSet = await openDataSet({
    baseUrl: new URL("../../../public/data/", import.meta.url).href,
    choice: "starter",
    transport: { fetch: async (url) => new Response(await readFile(fileURLToPath(url))) },
  });
  const size = IMAGE_SIDE ** 2;
  const { value: first } = await readShards({ dataSet, part: "test" }).next();
  for (const image of SAMPLE_IMAGES) {
    const { index, title } = image;
    expect(pixelsOf(image)).toEqual(first?.pixels.slice(index * size, (index + 1) * size));
    expect(dataSet.manifest.classes[first?.labels[index] ?? -1]).toBe(title);
  }
});

it("are cut where there is something to see: dark and bright pixels in each square", () => {
  for (const image of SAMPLE_IMAGES) {
    expect(image.cropRow + CROP_SIDE).toBeLessThanOrEqual(IMAGE_SIDE);
    expect(image.cropColumn + CROP_SIDE).toBeLessThanOrEqual(IMAGE_SIDE);
    const crop = cropOf(image, CROP_SIDE);
    expect(greatestOf(crop) - leastOf(crop)).toBeGreaterThan(120);
  }
});
