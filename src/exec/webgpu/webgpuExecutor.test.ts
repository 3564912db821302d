import { describe, expect, test, vi } from "vitest";
import { openDawn } from "../../cli/openDawn.ts";
import { greatestOf } from "../../core/numbers.ts";
import { randomStream } from "../../core/random.ts";
import { sizeOf } from "../../core/shape.ts";
import { createBuilder } from "../../network/networks/builder.ts";
import { buildXception } from "../../network/networks/xception.ts";
import { planOptions, remainingOperations } from "../../plan/planCases.ts";
import { oneMinute } from "../../settings/recipes/oneMinute.ts";
import { countsBetween, meterDevice } from "../device/deviceMeter.ts";
import type { ExecutorOptions, PreparedBatch } from "../executor.ts";
import { createReferenceExecutor } from "../reference/referenceExecutor.ts";
import { openDevice } from "./openDevice.ts";
import { createWebgpuExecutor } from "./webgpuExecutor.ts";
import { layOutProgram, programBytes } from "./webgpuProgram.ts";

const options = planOptions(remainingOperations(), { batchSize: 4 });

/** Never splits a step into submits, however slow the machine is, unless a test requests it. */
async function create(
  changes: Partial<ExecutorOptions> = {},
  longestSubmitMs = Number.POSITIVE_INFINITY,
) {
  const device = await openDevice(await openDawn());
  return createWebgpuExecutor({ ...options, ...changes }, device, undefined, longestSubmitMs);
}

/** Large enough that filter gradients are partial sums, in different numbers for different batch sizes. */
function gradientsInParts() {
  return buildXception({ ...oneMinute.settings, inputSize: 28, width: 0.125, middleRepeats: 0 });
}

/** Maps that are stored in 16 bits, with large gradients from the head and no batch normalisation to reduce them. */
function pairedMaps() {
  const net = createBuilder("paired maps");
  const x = net.conv2d(net.input("input", [7, 5, 3]), "conv", {
    filters: 4,
    kernelSize: [3, 3],
    activation: "elu",
  });
  net.dense(net.globalAveragePooling2d(x, "avg_pool"), "predictions", 3, "softmax");
  return net.finish();
}

function batchOf(numImages: number): PreparedBatch {
  return imagesOf(numImages, 7 * 5 * 3);
}

function imagesOf(numImages: number, size: number): PreparedBatch {
  const random = randomStream(1, "batch");
  return {
    kind: "prepared",
    values: Float32Array.from({ length: numImages * size }, () => 2 * random.nextFloat() - 1),
    labels: Uint8Array.from({ length: numImages }, () => random.nextInteger(3)),
    numImages,
  };
}

describe("the executor on WebGPU", () => {
  test("makes nothing on the device after the first step, and submits once a step", async () => {
    const executor = await create();
    expect(executor.info).toMatchObject({ engine: "webgpu", label: "WebGPU, compiled" });
    await executor.trainStep(batchOf(4), 0.01);
    const before = executor.counts;
    for (let step = 0; step < 3; step += 1) await executor.trainStep(batchOf(4), 0.01);
    const { buffers, bindGroups, pipelines } = before;
    expect(executor.counts).toEqual({
      ...{ buffers, bindGroups, pipelines },
      submits: before.submits + 3,
      dispatches: before.dispatches + 3 * executor.dispatchesPerStep,
    });
    executor.dispose();
  });

  test("asks the device for nothing in a step, and for what the plan says before", async () => {
    const open = await openDevice(await openDawn());
    const createBuffer = vi.spyOn(open.device, "createBuffer");
    const others = (
      [
        "createBindGroup",
        "createBindGroupLayout",
        "createComputePipeline",
        "createComputePipelineAsync",
        "createShaderModule",
      ] as const
    ).map((name) => vi.spyOn(open.device, name));
    const executor = await createWebgpuExecutor(options, open);
    await executor.trainStep(batchOf(4), 0.01);
    const numOthers = others.map((spy) => spy.mock.calls.length);
    expect(numOthers.filter((calls) => calls > 0).length).toBeGreaterThan(2);
    const made = createBuffer.mock.calls.map(([{ label = "", size }]) => ({ label, size }));
    for (let step = 0; step < 3; step += 1) await executor.trainStep(batchOf(4), 0.01);
    expect(createBuffer).toHaveBeenCalledTimes(made.length);
    expect(others.map((spy) => spy.mock.calls.length)).toEqual(numOthers);

    const sum = (buffers: typeof made) => buffers.reduce((total, { size }) => total + size, 0);
    expect(executor.memory().usedBytes).toBe(sum(made));
    // Besides the plan's buffers there are only those with the dispatches' numbers.
    const records = made.filter(({ label }) => label.startsWith("records"));
    expect(records).toHaveLength(1);
    expect(sum(made) - sum(records)).toBe(programBytes(layOutProgram(executor.plan, "training")));
    executor.dispose();
  });

  test("gathers loss and counts until they are read", async () => {
    const executor = await create();
    expect((await executor.readMetrics()).lastLoss).toBeNaN();
    await executor.trainStep(batchOf(4), 0.01);
    const first = await executor.readMetrics();
    expect(first).toMatchObject({ numImages: 4, numSteps: 1, lossSum: first.lastLoss });
    await executor.trainStep(batchOf(4), 0.01);
    await executor.trainStep(batchOf(3), 0.01);
    expect(await executor.readMetrics()).toMatchObject({ numImages: 7, numSteps: 2 });
    expect(await executor.readMetrics()).toMatchObject({ lossSum: 0, numCorrect: 0, numSteps: 0 });
    executor.dispose();
  });

  test("cuts a step that takes too long into submits, and the bits stay the same", async () => {
    const train = async (executor: Awaited<ReturnType<typeof create>>) => {
      for (let step = 0; step < 4; step += 1) await executor.trainStep(batchOf(4), 0.01);
      await executor.readMetrics();
    };
    // Every dispatch takes longer than a thousandth of a millisecond, on any machine.
    const [whole, parts] = [await create(), await create({}, 1e-3)];
    await train(whole);
    await train(parts);
    expect(whole.stepWork).toMatchObject({ submits: 1, dispatches: whole.dispatchesPerStep });
    expect(parts.stepWork?.dispatches).toBe(whole.dispatchesPerStep);
    expect(parts.stepWork?.submits).toBeGreaterThan(1);
    const { buffers, bindGroups, pipelines } = whole.counts;
    expect(parts.counts).toMatchObject({ buffers, bindGroups, pipelines });
    expect(await parts.readState()).toEqual(await whole.readState());
    whole.dispose();
    parts.dispose();
  });

  test("gives the same bits twice", async () => {
    const weightsOf = async () => {
      const executor = await create();
      for (let step = 0; step < 2; step += 1) await executor.trainStep(batchOf(4), 0.01);
      const weights = [...(await executor.readWeights()).values()].map((values) => [...values]);
      executor.dispose();
      return weights;
    };
    expect(await weightsOf()).toEqual(await weightsOf());
  });

  test("counts an evaluation as the reference does, in batches of other sizes too", async () => {
    const [executor, reference] = [await create(), createReferenceExecutor(options)];
    const batches = [batchOf(4), batchOf(2)];
    const [ours, theirs] = [await executor.evaluate(batches), await reference.evaluate(batches)];
    expect(ours.loss).toBeCloseTo(theirs.loss, 4);
    const exact = { loss: ours.loss, probabilities: ours.probabilities };
    expect(ours).toMatchObject({ ...theirs, ...exact });
    for (const [place, probability] of ours.probabilities.entries())
      expect(probability).toBeCloseTo(theirs.probabilities[place] ?? Number.NaN, 5);
    executor.dispose();
  });

  test("computes the same gradients after a batch of another size", async () => {
    const executor = await create({ graph: gradientsInParts() });
    const before = await executor.gradients(imagesOf(4, 28 * 28));
    await executor.predict(imagesOf(9, 28 * 28));
    expect(await executor.gradients(imagesOf(4, 28 * 28))).toEqual(before);
    executor.dispose();
  });

  test("in mixed precision skips a step whose gradients overflow, and halves the scale", async () => {
    const executor = await create({ graph: pairedMaps(), mixedPrecision: true });
    expect(await executor.readMetrics()).toMatchObject({
      lossScale: { scale: 2 ** 15, skippedSteps: 0 },
    });
    const weights = await executor.readWeights();
    const kernel = weights.get("predictions/kernel") ?? new Float32Array();
    executor.writeWeights(new Map([["predictions/kernel", kernel.map((value) => 200 * value)]]));
    const before = await executor.readWeights();
    await executor.trainStep(batchOf(4), 0.01);
    const { lossScale, lastLoss } = await executor.readMetrics();
    expect(lossScale).toEqual({ scale: 2 ** 14, skippedSteps: 1 });
    expect(lastLoss).toBeGreaterThan(0);
    const after = await executor.readWeights();
    expect(after.get("conv/kernel")).toEqual(before.get("conv/kernel"));
    expect(after.get("predictions/bias")).toEqual(before.get("predictions/bias"));
    for (let step = 0; step < 12; step += 1) await executor.trainStep(batchOf(4), 0.01);
    const later = (await executor.readMetrics()).lossScale;
    expect(later?.skippedSteps).toBeLessThan(13);
    expect((await executor.readWeights()).get("conv/kernel")).not.toEqual(
      before.get("conv/kernel"),
    );
    executor.dispose();
  });

  test("in mixed precision takes the scale off the gradients that it shows", async () => {
    const given = { graph: pairedMaps() };
    const [single, mixed] = [await create(given), await create({ ...given, mixedPrecision: true })];
    const [theirs, ours] = [await single.gradients(batchOf(4)), await mixed.gradients(batchOf(4))];
    for (const [path, gradient] of theirs) {
      const largest = greatestOf(gradient.map(Math.abs));
      const off = gradient.map((value, at) => Math.abs(value - (ours.get(path)?.[at] ?? 0)));
      expect(greatestOf(off)).toBeLessThan(0.01 * largest);
    }
    single.dispose();
    mixed.dispose();
  });

  test.each([{ graph: pairedMaps(), mixedPrecision: true }, { graph: gradientsInParts() }])(
    "reads whatever it is asked for in one submit and one mapping",
    async (given) => {
      const executor = await create(given);
      const [, ...sides] = executor.plan.buffers[executor.plan.inputs.images]?.shape ?? [];
      const batch = imagesOf(4, sizeOf(sides));
      await executor.trainStep(batch, 0.01);
      await executor.readMetrics();
      await executor.evaluate([batch]);
      const meter = meterDevice(executor.deviceWeights().device);
      const reading = async (read: () => Promise<unknown>) => {
        const before = meter.counts;
        await read();
        return countsBetween(before, meter.counts);
      };
      const once = { dispatches: 0, submits: 1, buffers: 1 };
      expect(await reading(() => executor.readWeights())).toEqual(once);
      expect(await reading(() => executor.readState())).toEqual(once);
      // The reading also checks the weights and the moving statistics, one dispatch each.
      expect(await reading(() => executor.readMetrics())).toMatchObject({ submits: 1, buffers: 1 });
      // One submit for the work, one for reading the results.
      expect(await reading(() => executor.evaluate([batch]))).toMatchObject({
        submits: 2,
        buffers: 1,
      });
      executor.dispose();
    },
  );

  test("refuses a batch of the wrong shape", async () => {
    const executor = await create();
    const wrong = { ...batchOf(2), values: new Float32Array(3) };
    await expect(executor.trainStep(wrong, 0.1)).rejects.toMatchObject({
      code: "network.shape-mismatch",
    });
    executor.dispose();
  });

  test("refuses what is too large for the device, with the number", async () => {
    await expect(create({ batchSize: 2_000_000 })).rejects.toMatchObject({
      code: "engine.out-of-memory",
      message: expect.stringMatching(/expected room for [\d.]+ GB/),
    });
  });

  test("says where there is no WebGPU", async () => {
    await expect(openDevice(undefined)).rejects.toMatchObject({
      code: "engine.unavailable",
      context: { engine: "webgpu", setting: "engine" },
    });
  });
});
