import { expect, test } from "vitest";
import type { PixelBatch } from "../../../core/pixelBatch.ts";
import { initialWeights } from "../../../network/initialize.ts";
import { buildXception } from "../../../network/networks/xception.ts";
import { oneMinute } from "../../../settings/recipes/oneMinute.ts";
import { executorOptions } from "../../../train/engine/executorOptions.ts";
import { createTfjsExecutor } from "../createTfjsExecutor.ts";
import type { ChosenBackend } from "./chooseBackend.ts";
import { shareBackend } from "./shareBackend.ts";

function fakeBackend(log: string[]): ChosenBackend {
  return {
    backend: {
      name: "cpu",
      device: "none",
      isSoftware: true,
      lost: new Promise(() => {}),
      fault: () => undefined,
      finish: async () => {},
      usedBytes: () => 0,
      dispose: () => void log.push("closed"),
    },
    reason: "",
    fallbacks: [],
  };
}

test("a backend is opened once for all and closed with the last of them", async () => {
  const log: string[] = [];
  const open = async () => {
    log.push("opened");
    return fakeBackend(log);
  };
  const one = await shareBackend("cpu", undefined, open);
  const other = await shareBackend("cpu", undefined, open);
  one.backend.dispose();
  expect(log).toEqual(["opened"]);
  other.backend.dispose();
  expect(log).toEqual(["opened", "closed"]);
});

test("two backends at a time are refused", async () => {
  const one = await shareBackend("cpu", undefined, async () => fakeBackend([]));
  await expect(shareBackend("webgl")).rejects.toMatchObject({
    code: "engine.unavailable",
    context: { setting: "tfjsBackend" },
  });
  one.backend.dispose();
});

test("a network trained beside another has the losses that it has alone", async () => {
  const settings = { ...oneMinute.settings, inputSize: 28, batchSize: 2 };
  const batch: PixelBatch = {
    kind: "pixels",
    pixels: new Uint8Array(2 * 28 * 28).map((_, index) => (index * 7) % 256),
    labels: Uint8Array.of(1, 4),
    height: 28,
    width: 28,
    channels: 1,
    numImages: 2,
  };
  const open = async (changes: Partial<typeof settings>) => {
    const graph = buildXception({ ...settings, ...changes });
    const options = executorOptions({ ...settings, ...changes }, graph);
    const { executor } = await createTfjsExecutor({ options, backend: "cpu" });
    return executor;
  };
  const alone = await open({});
  await alone.trainStep(batch, 0.01);
  await alone.trainStep(batch, 0.01);
  const { lossSum } = await alone.readMetrics();
  alone.dispose();

  const [lane, rival] = [await open({}), await open({ residual: false })];
  for (let step = 0; step < 2; step += 1)
    for (const executor of [lane, rival]) await executor.trainStep(batch, 0.01);
  expect((await lane.readMetrics()).lossSum).toBeCloseTo(lossSum, 5);
  rival.dispose();
  await lane.trainStep(batch, 0.01);
  expect((await lane.readMetrics()).numSteps).toBe(1);
  expect((await lane.readWeights()).size).toBe(
    initialWeights(buildXception(settings), settings.seed).size,
  );
  lane.dispose();
});
