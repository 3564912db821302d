import { expect, test } from "vitest";
import { notebook } from "./recipes/notebook.ts";
import { oneMinute } from "./recipes/oneMinute.ts";
import { onBatchesOf, requireSameBatches } from "./sameBatches.ts";

test("a recipe takes the batches and the engine of the other and keeps its network and optimizer", () => {
  const leader = { ...oneMinute.settings, seed: 7, engine: "wasm", zoom: 0.1 } as const;
  const rival = onBatchesOf(leader, notebook.settings);
  expect(rival).toMatchObject({ seed: 7, steps: 2800, holdOut: 5000, zoom: 0.1, engine: "wasm" });
  expect(rival).toMatchObject({ inputSize: 94, width: 1, learningRate: 0.005 });
  expect(() => requireSameBatches([leader, rival])).not.toThrow();
});

test("other batches are refused with the setting that makes the difference", () => {
  const { settings } = oneMinute;
  expect(() => requireSameBatches([settings, settings, { ...settings, batchSize: 32 }])).toThrow(
    expect.objectContaining({
      code: "setting.invalid",
      context: expect.objectContaining({ setting: "batchSize" }),
    }),
  );
});
