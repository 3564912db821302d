import { afterEach, describe, expect, test } from "vitest";
import { readKernels } from "../../cli/readKernels.ts";
import { startNodeHelper } from "../../cli/startNodeHelper.ts";
import { randomStream } from "../../core/random.ts";
import { buildXception } from "../../network/networks/xception.ts";
import { planOptions, remainingOperations } from "../../plan/planCases.ts";
import { oneMinute } from "../../settings/recipes/oneMinute.ts";
import type { ExecutorOptions, PreparedBatch } from "../executor.ts";
import type { HelperWorker, StartHelper } from "./helperThreads.ts";
import { createWasmExecutor, type WasmExecutor } from "./wasmExecutor.ts";

const xception = planOptions(buildXception({ ...oneMinute.settings, inputSize: 28 }), {
  batchSize: 9,
});
const everyOperation = planOptions(remainingOperations(), { batchSize: 5 });

const open: WasmExecutor[] = [];
afterEach(() => {
  for (const executor of open.splice(0)) executor.dispose();
});

async function create(
  options: ExecutorOptions,
  threads: number,
  startHelper: StartHelper = startNodeHelper,
): Promise<WasmExecutor> {
  const kernels = await readKernels({ simd: "plain", memory: "shared" });
  const executor = createWasmExecutor(options, kernels, { threads, startHelper });
  open.push(executor);
  return executor;
}

function batchFor(shape: readonly number[], numImages: number, classes: number): PreparedBatch {
  const random = randomStream(1, `batch of ${numImages}`);
  const pixels = numImages * shape.reduce((product, side) => product * side, 1);
  return {
    kind: "prepared",
    values: Float32Array.from({ length: pixels }, () => 2 * random.nextFloat() - 1),
    labels: Uint8Array.from({ length: numImages }, () => random.nextInteger(classes)),
    numImages,
  };
}

async function train(executor: WasmExecutor, batches: readonly PreparedBatch[]) {
  for (const batch of batches) await executor.trainStep(batch, 0.01);
  const weights = [...(await executor.readWeights())];
  const { loss } = await executor.evaluate(batches);
  const metrics = await executor.readMetrics();
  return { weights: weights.map(([path, values]) => [path, [...values]]), loss, metrics };
}

describe("threads", () => {
  test.each([
    ["Xception", xception, [28, 28, 1], 10],
    ["every operation", everyOperation, [7, 5, 3], 3],
  ] as const)(
    "give the same bits, one to four of them: %s",
    async (_, options, shape, classes) => {
      const batches = [9, 9, 4].map((numImages) => batchFor(shape, numImages, classes));
      const alone = await train(await create(options, 1), batches);
      expect(alone.metrics.lastLoss).toBeGreaterThan(0);
      for (const threads of [2, 3, 4])
        expect(await train(await create(options, threads), batches)).toEqual(alone);
    },
    60_000,
  );

  test("compute the same where each launch is timed by itself", async () => {
    const batch = batchFor([28, 28, 1], 9, 10);
    const lossAfter = async (threads: number, profiles: boolean) => {
      const executor = await create(xception, threads);
      const times = profiles ? await executor.profileStep(batch, 0.01) : [];
      if (!profiles) await executor.trainStep(batch, 0.01);
      await executor.trainStep(batch, 0.01);
      return { lastLoss: (await executor.readMetrics()).lastLoss, numTimes: times.length };
    };
    const plain = await lossAfter(1, false);
    expect(plain.lastLoss).toBeGreaterThan(0);
    const timed = await lossAfter(2, true);
    expect(timed.lastLoss).toBe(plain.lastLoss);
    expect(timed.numTimes).toBeGreaterThan(100);
  }, 60_000);

  test("say so where one does not start", async () => {
    const executor = await create(xception, 2, (_, onReport) => {
      onReport({ kind: "failed", reason: "no more workers" });
      return { terminate: () => {} };
    });
    await expect(executor.trainStep(batchFor([28, 28, 1], 9, 10), 0.01)).rejects.toMatchObject({
      code: "engine.unavailable",
      message: expect.stringContaining("no more workers"),
    });
    expect(await executor.deviceLost).toBe("thread 2: no more workers");
  });

  test("tell of one that dies between two steps, and the next step ends at once", async () => {
    const workers: HelperWorker[] = [];
    const executor = await create(xception, 3, (task, onReport) => {
      const worker = startNodeHelper(task, onReport);
      workers.push(worker);
      return worker;
    });
    const batch = batchFor([28, 28, 1], 9, 10);
    await executor.trainStep(batch, 0.01);
    workers[0]?.terminate();
    expect(await executor.deviceLost).toMatch(/^thread 2: it ended with code/);
    await expect(executor.trainStep(batch, 0.01)).rejects.toMatchObject({
      code: "engine.device-lost",
    });
  });

  test("leave no step hanging when one does not come, and name that step", async () => {
    const executor = await create(xception, 3, (task, onReport) => {
      if (task.thread === 1) return startNodeHelper(task, onReport);
      onReport({ kind: "ready" });
      return { terminate: () => {} };
    });
    const started = performance.now();
    await expect(executor.trainStep(batchFor([28, 28, 1], 9, 10), 0.01)).rejects.toMatchObject({
      code: "engine.device-lost",
      message: expect.stringMatching(/CPU compiled, .*block1_conv1/),
      context: { engine: "wasm", setting: "engine" },
    });
    expect(performance.now() - started).toBeLessThan(30_000);
  }, 60_000);

  test("end quietly with their executor", async () => {
    const executor = await create(xception, 2);
    await executor.ready;
    executor.dispose();
    const silence = new Promise((resolve) => setTimeout(resolve, 300, "silence"));
    expect(await Promise.race([executor.deviceLost, silence])).toBe("silence");
  });
});
