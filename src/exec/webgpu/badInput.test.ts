import { expect, test } from "vitest";
import { openDawn } from "../../cli/openDawn.ts";
import { createBuilder } from "../../network/networks/builder.ts";
import { planOptions } from "../../plan/planCases.ts";
import type { PreparedBatch } from "../executor.ts";
import { ComputeDevice } from "./computeDevice.ts";
import { type OpenDevice, openDevice } from "./openDevice.ts";
import { createWebgpuExecutor } from "./webgpuExecutor.ts";

const net = createBuilder("tiny");
net.dense(net.flatten(net.input("input", [2, 2, 1]), "flatten"), "predictions", 3, "softmax");
const options = planOptions(net.finish(), { batchSize: 2, optimizer: { kind: "sgd" } });
const batch: PreparedBatch = {
  kind: "prepared",
  values: Float32Array.from({ length: 8 }, (_, index) => index / 8),
  labels: Uint8Array.of(0, 2),
  numImages: 2,
};

/** Opens a device and damages it before an engine gets it. */
async function spoilt(spoil: (device: GPUDevice) => void): Promise<OpenDevice> {
  const open = await openDevice(await openDawn());
  spoil(open.device);
  return open;
}

/** Fakes a browser's `GPU` with this adapter. */
function browserWith(adapter: object | null): GPU {
  return Object.create({ requestAdapter: async () => adapter });
}

test("where there is no adapter that is said, and CPU compiled proposed", async () => {
  await expect(openDevice(browserWith(null))).rejects.toMatchObject({
    code: "engine.unavailable",
    message: expect.stringMatching(/there is no WebGPU adapter.*Choose CPU compiled/),
    context: { engine: "webgpu", setting: "engine" },
  });
});

test("an adapter without a limit is refused with the limit, what it has and what is needed", async () => {
  const adapter = { limits: { maxStorageBuffersPerShaderStage: 8 } };
  await expect(openDevice(browserWith(adapter))).rejects.toMatchObject({
    code: "engine.unavailable",
    message: expect.stringMatching(/maxStorageBuffersPerShaderStage of 8, where .* need 10/),
  });
});

test("a kernel that does not compile is named with its layer", async () => {
  const device = await spoilt((made) => {
    const make = made.createShaderModule.bind(made);
    made.createShaderModule = ({ code: _, ...rest }) => make({ ...rest, code: "no shader" });
  });
  await expect(createWebgpuExecutor(options, device)).rejects.toMatchObject({
    code: "internal",
    message: expect.stringMatching(/predictions .*does not compile/),
    context: { engine: "webgpu" },
  });
});

test("an error of the device comes up with the label of what it is about", async () => {
  const open = await spoilt((made) => {
    const make = made.createBindGroup.bind(made);
    made.createBindGroup = (descriptor) => make({ ...descriptor, entries: [] });
  });
  const executor = await createWebgpuExecutor(options, open);
  const failing = async () => {
    await executor.trainStep(batch, 0.1);
    await executor.readMetrics();
  };
  await expect(failing()).rejects.toMatchObject({
    code: "internal",
    message: expect.stringMatching(/the device reported an error.*predictions/s),
  });
  executor.dispose();
});

test("a device that has not the memory refuses the plan, with its size", async () => {
  const open = await spoilt((made) => {
    // Adapters do not report how much memory they have, so the allocation itself must fail.
    made.popErrorScope = async () => Object.create({ message: "not enough memory left" });
  });
  await expect(createWebgpuExecutor(options, open)).rejects.toMatchObject({
    code: "engine.out-of-memory",
    message: expect.stringMatching(/expected room for [\d.e+-]+ GB, got not enough memory left/),
    context: { setting: "batchSize" },
  });
});

test("a plan beyond a limit of the device is refused with both numbers and the limit's name", async () => {
  const open = await openDevice(await openDawn());
  await expect(
    createWebgpuExecutor({ ...options, batchSize: 1_000_000_000 }, open),
  ).rejects.toMatchObject({
    code: "engine.out-of-memory",
    message: expect.stringMatching(
      /room for [\d.]+ GB.*buffer of [\d.]+ GB, and a max\w+ of [\d.]+ GB/,
    ),
  });
});

test("of parameters beyond a limit it is said that smaller batches do not help", async () => {
  const machine = new ComputeDevice(await openDevice(await openDawn()));
  await expect(machine.memory.allocate(new Map([["parameters", 2 ** 40]]))).rejects.toMatchObject({
    code: "engine.out-of-memory",
    message: expect.stringMatching(/Smaller batches need as much/),
    context: { setting: "width" },
  });
  machine.close();
});

test("a loss that is no number is told as it is, and the state before it can be written back", async () => {
  const executor = await createWebgpuExecutor(options, await openDevice(await openDawn()));
  const before = await executor.readState();
  await executor.trainStep(batch, Number.NaN);
  await executor.trainStep(batch, 0.1);
  expect((await executor.readMetrics()).lastLoss).toBeNaN();
  executor.writeState(before);
  await executor.trainStep(batch, 0.1);
  expect((await executor.readMetrics()).lastLoss).toBeGreaterThan(0);
  executor.dispose();
});
