import { expect, test } from "vitest";
import { openDawn } from "../../src/cli/openDawn.ts";
import { countDevice } from "./countDevice.ts";

/** The value of `GPUBufferUsage.COPY_DST` in the specification, because Node has no such global. */
const COPY_DST = 0x8;

test("what a device holds is what was made and not destroyed, and destroying twice gives nothing back", async () => {
  const adapter = await (await openDawn()).requestAdapter();
  const device = await adapter?.requestDevice();
  if (device === undefined) throw new Error("there is no WebGPU adapter");
  const counted = countDevice(device);
  const large = device.createBuffer({ size: 1024, usage: COPY_DST });
  const counts = await counted.during(async () => {
    device.createBuffer({ size: 256, usage: COPY_DST });
    device.queue.submit([]);
  });
  expect(counts).toEqual({ dispatches: 0, submits: 1, buffers: 1, bindGroups: 0 });
  large.destroy();
  large.destroy();
  expect(counted.memory()).toEqual({ bytes: 256, peakBytes: 1280 });
  device.destroy();
});
