import { describe, expect, test } from "vitest";
import { createMemoryServer, MEMORY_BASE_URL } from "../data/memoryServer.ts";
import { openRunData } from "../train/data/openRunData.ts";
import { runBudget } from "../train/loop/budget.ts";
import { FIELDS, formatSetting, keysThatAffect, parseSetting, SETTING_KEYS } from "./fields.ts";
import { oneMinute } from "./recipes/oneMinute.ts";
import { BATCH_KEYS, requireSameBatches } from "./sameBatches.ts";
import type { SettingKey, Settings } from "./settings.ts";

/** Small settings with every part: a hold-out, several batches, an epoch that does not use all images. */
const BASE: Settings = {
  ...oneMinute.settings,
  dataSet: "starter",
  trainingImages: 50,
  holdOut: 10,
  batchSize: 8,
  shuffleBuffer: 20,
  remainder: "drop",
  budget: "steps",
  steps: 9,
};

/** Returns another value that the field accepts. */
function changed(key: SettingKey): Settings {
  const field = FIELDS[key];
  const text = formatSetting(key, BASE[key]);
  const other =
    field.kind === "switch"
      ? text === "on"
        ? "off"
        : "on"
      : field.kind === "choice"
        ? (field.options.find(({ value }) => value !== text)?.value ?? "block2_add")
        : field.kind === "integers"
          ? "8,8,8,8"
          : String(BASE[key] === field.max ? field.min : field.max);
  return { ...BASE, [key]: parseSetting(key, other) };
}

/** Returns the batches and the length of a run as text; an error counts as different text. */
async function batchesOf(settings: Settings): Promise<string> {
  const server = await createMemoryServer({
    ...{ id: "starter", train: [30, 30], test: [5] },
    ...{ height: 4, width: 4, numClasses: 2 },
  });
  const source = { dataUrl: MEMORY_BASE_URL, transport: server.transport };
  try {
    const data = await openRunData(source, settings, { onProgress: () => {} });
    const batches: string[] = [];
    for await (const { labels, pixels } of data.trainingBatches(0))
      batches.push(`${labels} ${pixels.slice(0, 8)}`);
    const budget = runBudget(settings, data.numTrain, data.numValidation);
    return JSON.stringify([batches, budget]);
  } catch (error) {
    return String(error);
  }
}

describe("what a setting affects", () => {
  test("is said of every setting", () => {
    const said = keysThatAffect("network", "batches", "length", "speed", "engine", "result");
    expect(said).toEqual(SETTING_KEYS);
  });

  test.each(SETTING_KEYS.filter((key) => !BATCH_KEYS.includes(key)))(
    "%s changes neither batches nor their number, so that networks may race with it",
    async (key) => {
      const other = changed(key);
      expect(other[key]).not.toEqual(BASE[key]);
      expect(await batchesOf(other)).toBe(await batchesOf(BASE));
      expect(() => requireSameBatches([BASE, other])).not.toThrow();
    },
  );

  test.each(BATCH_KEYS)("%s is the same in all networks of a race", (key) => {
    expect(() => requireSameBatches([BASE, changed(key)])).toThrow(FIELDS[key].label);
  });
});
