import { beforeAll, describe, expect, test } from "vitest";
import { DATA_URL, fetchFromDisk } from "../../cli/training/dataOnDisk.ts";
import type { DataLook } from "../../protocol/dataLook.ts";
import { notebook } from "../../settings/recipes/notebook.ts";
import { transferAsPrinted } from "../../settings/recipes/transferAsPrinted.ts";
import type { Settings } from "../../settings/settings.ts";
import { imageStages } from "./dataStages.ts";
import { lookAtData } from "./lookAtData.ts";
import { openRunData } from "./openRunData.ts";

function look(settings: Settings): Promise<DataLook> {
  const source = { dataUrl: DATA_URL, transport: { fetch: fetchFromDisk } };
  const silent = { onProgress: () => {} };
  return lookAtData({ ...settings, dataSet: "starter" }, (asked) =>
    openRunData(source, asked, silent),
  );
}

describe("a look at the notebook's data", () => {
  let found: DataLook;
  beforeAll(async () => {
    found = await look(notebook.settings);
  });

  test("counts every image of every class", () => {
    expect(found.classes).toHaveLength(10);
    const sum = (part: "training" | "heldOut" | "test") =>
      found.classes.reduce((total, entry) => total + entry[part], 0);
    expect([sum("training"), sum("heldOut"), sum("test")]).toEqual([5000, 0, 1000]);
    for (const { examples } of found.classes) expect(examples.pixels).toHaveLength(8 * 28 * 28);
  });

  test("tells the shapes as the notebook prints them", () => {
    expect(found.images.map(({ shape }) => shape)).toEqual([
      [5000, 28, 28, 1],
      [5000, 28, 28, 1],
      [5000, 94, 94, 1],
      [64, 94, 94, 1],
    ]);
    expect(found.labels.map(({ shape }) => shape)).toEqual([[5000], [5000, 10], [64, 10]]);
  });

  test("measures bytes before and standardised values after", () => {
    const [stored, standardised, resized] = found.images;
    expect(stored).toMatchObject({ low: 0, high: 255 });
    expect(standardised?.mean).toBeCloseTo(0, 6);
    expect(standardised?.deviation).toBeCloseTo(1, 6);
    expect(resized?.high).toBeLessThanOrEqual(standardised?.high ?? 0);
  });

  test("has nothing augmented to show where nothing is", () => {
    expect(found.augmented).toBeNull();
    expect(found.prepared).toMatchObject({ height: 94, width: 94, channels: 1 });
  });
});

test("preprocessing as printed ends with three constants that have little image in them", async () => {
  const found = await look(transferAsPrinted.settings);
  expect(found.images.at(-1)?.shape).toEqual([32, 71, 71, 3]);
  expect(found.images.at(-1)?.low).toBeCloseTo(-0.1 - 123.68, 6);
  expect(found.images.at(-1)?.high).toBeLessThanOrEqual(0.1 - 103.939);
  expect(found.augmented?.pixels).toHaveLength(6 * 28 * 28);
});

test("colour that is stored is not tiled", async () => {
  const pixels = Uint8Array.of(0, 51, 255);
  const image = { kind: "pixels", pixels, labels: new Uint8Array(1), numImages: 1 } as const;
  const settings = { ...transferAsPrinted.settings, preparation: "unit", inputSize: 1 } as const;
  const stages = await imageStages([{ ...image, height: 1, width: 1, channels: 3 }], 7, settings);
  expect(stages.map(({ shape }) => shape)).toEqual([
    [7, 1, 1, 3],
    [7, 1, 1, 3],
    [32, 1, 1, 3],
  ]);
  expect(stages[1]).toMatchObject({ title: "x / 255", low: 0, high: 1 });
});
