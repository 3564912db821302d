/** Tests each setting at both ends of its range, or at each of its options, with an otherwise smallest network. */
import { describe, expect, test } from "vitest";
import { readKernels } from "../../cli/readKernels.ts";
import { PlaygroundError } from "../../core/errors.ts";
import type { PixelBatch } from "../../core/pixelBatch.ts";
import { createWasmExecutor } from "../../exec/wasm/wasmExecutor.ts";
import { analyze } from "../../network/analyze.ts";
import { buildNetwork } from "../../network/networks/registry.ts";
import { asTrained } from "../../settings/asTrained.ts";
import { checkSettings, FIELDS, type Field, SETTING_KEYS } from "../../settings/fields.ts";
import { linearPreparation } from "../../settings/preparation.ts";
import { recipeById } from "../../settings/recipes/registry.ts";
import type { SettingKey, Settings } from "../../settings/settings.ts";
import { augmentBatch } from "../data/augmentBatch.ts";
import { executorOptions } from "../engine/executorOptions.ts";
import { runBudget } from "./budget.ts";

const NUM_CLASSES = 4;
const SMALLEST: Settings = {
  ...recipeById("one-minute").settings,
  inputSize: 28,
  width: 0.125,
  middleRepeats: 0,
  batchSize: 2,
};
/** Other settings that a setting needs to have any effect in the smallest network. */
const WITH: Partial<Record<SettingKey, Partial<Settings>>> = {
  momentum: { optimizer: "sgd" },
  weightDecay: { optimizer: "adamw" },
  preparation: { inputChannels: 3 },
};

/** Added to a range's lower end when the end itself is not allowed. */
const JUST_ABOVE = 1e-6;

function endsOf(field: Field): readonly unknown[] {
  switch (field.kind) {
    case "number":
      return [field.minIncluded === false ? field.min + JUST_ABOVE : field.min, field.max];
    case "choice":
      return field.options.map(({ value }) => value);
    case "switch":
      return [false, true];
    case "integers":
      return [1, field.max].map((value) => new Array<number>(field.length).fill(value));
  }
}

const CASES = SETTING_KEYS.flatMap((key) =>
  endsOf(FIELDS[key]).map((value) => [key, value] as const),
);

function batchOf({ batchSize, inputChannels }: Settings): PixelBatch {
  const labels = Uint8Array.from({ length: batchSize }, (_, image) => image % NUM_CLASSES);
  const channels = inputChannels === 3 ? 3 : 1;
  const pixels = Uint8Array.from({ length: batchSize * 64 * channels }, (_, at) => (at * 37) % 256);
  return { kind: "pixels", pixels, labels, height: 8, width: 8, channels, numImages: batchSize };
}

const KERNELS = readKernels({ simd: "plain", memory: "unshared" });
/** Caches losses by everything that reaches the engine, because many settings do not. */
const LOSSES = new Map<string, Promise<number>>();

/** Takes one step as a run does and returns the loss of its batch. */
async function lossOfOneStep(asSet: Settings): Promise<number> {
  const channels = asSet.inputChannels === 3 ? 3 : 1;
  const { settings } = asTrained(checkSettings(asSet), NUM_CLASSES, channels);
  const graph = buildNetwork(settings);
  analyze(graph);
  linearPreparation(settings.preparation, settings.inputChannels);
  runBudget(settings, 60_000, 1000);
  const options = executorOptions(settings, graph, NUM_CLASSES);
  const batch = augmentBatch(batchOf(settings), settings, 0);
  const known = JSON.stringify([options, batch.maps, settings.learningRate]);
  const step = async (): Promise<number> => {
    const executor = await createWasmExecutor(options, await KERNELS);
    try {
      await executor.trainStep(batch, settings.learningRate);
      return (await executor.readMetrics()).lastLoss;
    } finally {
      executor.dispose();
    }
  };
  const loss = LOSSES.get(known) ?? step();
  LOSSES.set(known, loss);
  return loss;
}

describe("a setting at an end of its range takes a step, or is refused with its number", () => {
  test.each(CASES)("%s = %j", async (key, value) => {
    const settings = { ...SMALLEST, ...WITH[key], [key]: value } as Settings;
    const loss = await lossOfOneStep(settings).catch((error: unknown) => error);
    if (loss instanceof PlaygroundError) {
      expect(loss.message).toMatch(/expected .*got .*\d/);
    } else {
      expect(loss).toBeTypeOf("number");
      expect(Number.isFinite(loss)).toBe(true);
    }
  });
});

describe("a setting beyond an end of its range is refused with the end", () => {
  const numbers = SETTING_KEYS.flatMap((key) => {
    const field: Field = FIELDS[key];
    return field.kind === "number" ? [[key, field] as const] : [];
  });
  test.each(numbers)("%s", (key, { min, max, step, onlySteps }) => {
    for (const [value, end] of [
      [min - step, min],
      [max + step, max],
    ]) {
      const settings = { ...SMALLEST, [key]: value };
      expect(() => checkSettings(settings)).toThrow(
        expect.objectContaining({
          code: "setting.invalid",
          message: expect.stringMatching(new RegExp(`expected .*\\b${onlySteps ? "" : end}`)),
        }),
      );
    }
  });
});
