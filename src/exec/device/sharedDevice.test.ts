import { afterEach, describe, expect, test } from "vitest";
import { openDawn } from "../../cli/openDawn.ts";
import { PlaygroundError } from "../../core/errors.ts";
import { planOptions, remainingOperations } from "../../plan/planCases.ts";
import type { PreparedBatch } from "../executor.ts";
import { createWebgpuExecutor, type WebgpuExecutor } from "../webgpu/webgpuExecutor.ts";
import { countsBetween, meterDevice } from "./deviceMeter.ts";
import { deviceRequest, type GraphicsDevice } from "./graphicsDevice.ts";
import { type SharedDevice, shareDevice } from "./sharedDevice.ts";

const faultOf = (where: string) => (error: GPUError) =>
  new PlaygroundError({
    code: "internal",
    where,
    rule: "the device reported an error",
    got: error.message,
    remedy: "None.",
  });

/** A device of Dawn's under the watch of the test. */
async function opener() {
  const log: string[] = [];
  const gpu = await openDawn();
  let lose: (reason: string) => void = () => {};
  const open = async (): Promise<GraphicsDevice> => {
    log.push("opened");
    const adapter = await gpu.requestAdapter();
    if (adapter === null) throw new Error("the tests need the software adapter");
    const device = await adapter.requestDevice(deviceRequest(adapter));
    return {
      device,
      title: "a card",
      isSoftware: true,
      lost: new Promise((resolve) => {
        lose = resolve;
      }),
      close() {
        log.push("closed");
        device.destroy();
      },
    };
  };
  return { open, log, lose: (reason: string) => lose(reason) };
}

/** `MAP_READ` with `STORAGE`, which no buffer may have together. */
const GPU_USAGE_FORBIDDEN = 0x1 | 0x80;

function tooWide(device: GPUDevice, label: string): void {
  device.createBuffer({ label, size: 16, usage: GPU_USAGE_FORBIDDEN });
}

const opened: SharedDevice[] = [];
const share = async (open: () => Promise<GraphicsDevice>, name = "one") => {
  const shared = await shareDevice(open, faultOf(name));
  opened.push(shared);
  return shared;
};

afterEach(() => {
  for (const shared of opened.splice(0)) shared.close();
});

describe("a device that engines share", () => {
  test("is opened by the first, once, and closed by the last to go", async () => {
    const { open, log } = await opener();
    const [one, other] = await Promise.all([share(open), share(open)]);
    expect(one?.device).toBe(other?.device);
    one?.close();
    one?.close();
    expect(log).toEqual(["opened"]);
    other?.close();
    expect(log).toEqual(["opened", "closed"]);
    expect((await share(open)).device).not.toBe(one?.device);
  });

  test("gives each error to the engine that made it, whoever asks first, and whichever error it is", async () => {
    const { open } = await opener();
    const [one, other] = [await share(open, "one"), await share(open, "other")];
    expect(one.fault()).toBeUndefined();
    one.ask(() => tooWide(one.device, "of one"));
    await Promise.all([one.settled(), other.settled()]);
    expect(other.fault()).toBeUndefined();
    expect(one.fault()).toMatchObject({ context: { where: "one" } });
    expect(one.fault()?.message).toContain("of one");

    other.ask(() => tooWide(other.device, "of the other"));
    one.ask(() => tooWide(one.device, "of one again"));
    await Promise.all([one.settled(), other.settled()]);
    expect(other.fault()?.message).toContain("of the other");
    expect(one.fault()?.message).toContain("of one");
    const later = await share(open, "later");
    await later.settled();
    expect(later.fault()).toBeUndefined();
  });

  test("tells all who use it then of an error that could be anybody's, and nobody who comes later", async () => {
    const { open } = await opener();
    const [one, other] = [await share(open, "one"), await share(open, "other")];
    tooWide(one.device, "nobody's");
    for (const each of [one, other])
      await expect.poll(() => each.fault()?.message).toContain("nobody's");
    expect((await share(open, "later")).fault()).toBeUndefined();
  });

  test("tells all who use it of its loss", async () => {
    const { open, lose } = await opener();
    const all = [await share(open), await share(open), await share(open)];
    lose("it was unplugged");
    expect(await Promise.all(all.map(({ lost }) => lost))).toEqual(
      all.map(() => "it was unplugged"),
    );
  });

  test("lets an engine train on where another's work failed", async () => {
    const { open } = await opener();
    const options = planOptions(remainingOperations(), { batchSize: 2 });
    const create = async (name: string) => createWebgpuExecutor(options, await share(open, name));
    const [broken, whole, later] = [
      await create("one"),
      await create("two"),
      await create("three"),
    ];
    const batch: PreparedBatch = {
      kind: "prepared",
      values: new Float32Array(2 * 7 * 5 * 3).fill(0.5),
      labels: Uint8Array.of(0, 1),
      numImages: 2,
    };
    const breakIn = async (executor: WebgpuExecutor) => {
      const { device } = executor.deviceWeights();
      const createBuffer = device.createBuffer.bind(device);
      device.createBuffer = (descriptor) =>
        createBuffer({ ...descriptor, usage: GPU_USAGE_FORBIDDEN });
      const reading = executor.readWeights();
      device.createBuffer = createBuffer;
      await expect(reading).rejects.toMatchObject({ code: "internal" });
    };
    const train = async (executor: WebgpuExecutor) => {
      await executor.trainStep(batch, 0.01);
      return (await executor.readMetrics()).lastLoss;
    };
    await breakIn(broken);
    expect(await train(whole)).toBeGreaterThan(0);
    await breakIn(later);
    expect(await train(whole)).toBeGreaterThan(0);
    await expect(train(broken)).rejects.toMatchObject({ code: "internal" });
    await expect(train(later)).rejects.toMatchObject({ code: "internal" });
  });

  test("is another one after it was lost", async () => {
    const { open, lose } = await opener();
    const one = await share(open);
    lose("it was unplugged");
    expect(await one.lost).toBe("it was unplugged");
    expect((await share(open)).device).not.toBe(one.device);
  });

  test("that cannot be opened is asked for again by the next", async () => {
    const { open } = await opener();
    await expect(share(async () => Promise.reject(new Error("busy")))).rejects.toThrow("busy");
    expect((await share(open)).title).toBe("a card");
  });
});

test("a meter counts dispatches, submits and buffers, and there is one for a device", async () => {
  const { open } = await opener();
  const { device, meter } = await share(open);
  expect(meterDevice(device)).toBe(meter);
  const module = device.createShaderModule({ code: "@compute @workgroup_size(1) fn main() {}" });
  const pipeline = device.createComputePipeline({ layout: "auto", compute: { module } });
  const before = meter.counts;
  device.createBuffer({ size: 16, usage: 0x80 }).destroy();
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.dispatchWorkgroups(1);
  pass.dispatchWorkgroups(1, 2, 3);
  pass.end();
  device.queue.submit([encoder.finish()]);
  await device.queue.onSubmittedWorkDone();
  expect(countsBetween(before, meter.counts)).toEqual({ dispatches: 2, submits: 1, buffers: 1 });
});
