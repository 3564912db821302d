import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { globals } from "webgpu";
import { openDawn } from "../cli/openDawn.ts";
import { randomStream } from "../core/random.ts";
import { planOptions, remainingOperations } from "../plan/planCases.ts";
import { copyWeights } from "./copyWeights.ts";
import { countsBetween, meterDevice } from "./device/deviceMeter.ts";
import type { PreparedBatch } from "./executor.ts";
import { createReferenceExecutor } from "./reference/referenceExecutor.ts";
import { openWebgpu } from "./tfjs/backends/webgpu.ts";
import { TfjsExecutor } from "./tfjs/tfjsExecutor.ts";
import { openSharedDevice } from "./webgpu/openDevice.ts";
import { createWebgpuExecutor, type WebgpuExecutor } from "./webgpu/webgpuExecutor.ts";

const options = planOptions(remainingOperations(), { batchSize: 4 });
const random = randomStream(1, "batch");
const batch: PreparedBatch = {
  kind: "prepared",
  values: Float32Array.from({ length: 4 * 7 * 5 * 3 }, () => 2 * random.nextFloat() - 1),
  labels: Uint8Array.of(0, 1, 2, 1),
  numImages: 4,
};

let compiled: WebgpuExecutor;
let stock: TfjsExecutor;

beforeAll(async () => {
  // TensorFlow.js asks for WebGPU by the global names of a browser's worker.
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
  vi.stubGlobal("navigator", { gpu: await openDawn() });
  const device = await openSharedDevice(await openDawn());
  compiled = await createWebgpuExecutor(options, device);
  stock = new TfjsExecutor({ ...options, seed: options.seed + 1 }, await openWebgpu());
});
afterAll(() => {
  stock.dispose();
  compiled.dispose();
  vi.unstubAllGlobals();
});

describe("weights between the compiled engine and a tf.LayersModel", () => {
  test("lie on one device, and go from one to the other within it", async () => {
    expect(stock.deviceWeights()?.device).toBe(compiled.deviceWeights().device);
    await compiled.trainStep(batch, 0.01);
    const weights = await compiled.readWeights();
    expect(await stock.readWeights()).not.toEqual(weights);
    expect(await copyWeights(compiled, stock)).toBe("device");
    expect(await stock.readWeights()).toEqual(weights);

    await stock.trainStep(batch, 0.01);
    const trained = await stock.readWeights();
    expect(trained).not.toEqual(weights);
    expect(await copyWeights(stock, compiled)).toBe("device");
    expect(await compiled.readWeights()).toEqual(trained);
  });

  test("leave the model what the compiled engine predicts", async () => {
    await compiled.trainStep(batch, 0.01);
    await copyWeights(compiled, stock);
    const input = tf.tensor4d(batch.values, [4, 7, 5, 3]);
    const output = stock.model.predict(input);
    if (!(output instanceof tf.Tensor)) throw new Error("the model has one output");
    const [ours, theirs] = [await compiled.predict(batch), await output.data()];
    expect(theirs.length).toBe(ours.length);
    for (const [index, value] of ours.entries()) expect(theirs[index]).toBeCloseTo(value, 5);
    tf.dispose([input, output]);
  });

  test("go through memory to an engine without the device", async () => {
    const reference = createReferenceExecutor(options);
    expect(await copyWeights(stock, reference)).toBe("memory");
    expect(await reference.readWeights()).toEqual(await stock.readWeights());
  });

  test("of another network are refused, and nothing is changed", async () => {
    const other = { ...compiled.deviceWeights(), places: new Map() };
    const [[path, place] = []] = [...compiled.deviceWeights().places];
    if (place === undefined) throw new Error("a network has weights");
    const before = await stock.readWeights();
    for (const places of [
      new Map([["nowhere/kernel", place]]),
      new Map([[path ?? "", { ...place, numBytes: place.numBytes + 4 }]]),
    ])
      for (const executor of [stock, compiled])
        expect(() => executor.takeDeviceWeights({ ...other, places })).toThrowError(
          expect.objectContaining({ code: "network.shape-mismatch" }),
        );
    expect(await stock.readWeights()).toEqual(before);
  });
});

test("both engines tell what a step asked of the device, TensorFlow.js a multiple", async () => {
  await compiled.trainStep(batch, 0.01);
  await stock.trainStep(batch, 0.01);
  const meter = meterDevice(compiled.deviceWeights().device);
  const before = { own: compiled.counts, device: meter.counts };
  await compiled.trainStep(batch, 0.01);
  expect(compiled.stepWork).toEqual(countsBetween(before.device, meter.counts));
  await stock.trainStep(batch, 0.01);
  expect(compiled.stepWork).toEqual({
    dispatches: compiled.counts.dispatches - before.own.dispatches,
    submits: compiled.counts.submits - before.own.submits,
    buffers: 0,
  });
  expect(stock.stepWork?.dispatches).toBeGreaterThan(2 * compiled.dispatchesPerStep);
  expect(stock.stepWork?.submits).toBeGreaterThan(1);
  expect(stock.stepWork?.buffers).toBeGreaterThan(0);
});
