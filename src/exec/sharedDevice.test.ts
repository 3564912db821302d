import { afterEach, describe, expect, test } from "vitest";
import { openDawn } from "../cli/openDawn.ts";
import { PlaygroundError } from "../core/errors.ts";
import { countsBetween, meterDevice } from "./deviceMeter.ts";
import { deviceRequest } from "./deviceRequest.ts";
import { type SharedDevice, shareDevice, type WatchedDevice } from "./sharedDevice.ts";

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
  const open = async (): Promise<WatchedDevice> => {
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

const opened: SharedDevice[] = [];
const share = async (open: () => Promise<WatchedDevice>, name = "one") => {
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

  test("gives its error to the engine that finds it, and not to the other", async () => {
    const { open } = await opener();
    const [one, other] = [await share(open, "one"), await share(open, "other")];
    expect(one.fault()).toBeUndefined();
    one.device.createBuffer({ label: "too wide", size: 16, usage: 0x1 | 0x80 });
    await expect.poll(() => other.fault()).toMatchObject({ context: { where: "other" } });
    expect(one.fault()).toBeUndefined();
    expect(other.fault()?.message).toContain("too wide");
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
