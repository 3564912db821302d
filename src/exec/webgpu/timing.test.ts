import { describe, expect, test } from "vitest";
import { openDawn } from "../../cli/openDawn.ts";
import { ComputeDevice } from "./computeDevice.ts";
import { storageOf } from "./deviceMemory.ts";
import { openDevice } from "./openDevice.ts";
import { dispatchOf } from "./shader.ts";
import { timeGroups } from "./timing.ts";

/** Opens a kernel that counts how often it ran. */
async function openCounter() {
  const machine = new ComputeDevice(await openDevice(await openDawn()));
  const storages = await machine.memory.allocate(new Map([["sum", 64]]));
  const count = dispatchOf({
    name: "count",
    writes: { sum: { tensor: { storage: "sum", base: 0 } } },
    body: "sum_set(i, sum_now(i) + 1.0);",
    threads: 64,
  });
  const list = await machine.bind([{ ...count, label: "count" }], storages);
  const numRuns = async () =>
    new Float32Array(await machine.read(storageOf(storages, "sum"), 4))[0];
  return { machine, list, numRuns };
}

describe("the time of dispatches", () => {
  test("is taken of each group by the device's clock, and each runs as often as it says", async () => {
    const { machine, list, numRuns } = await openCounter();
    const times = await timeGroups(machine.device, [list, [...list, ...list], []]);
    expect(times.clock).toBe("timestamps");
    expect(times.ms).toHaveLength(3);
    expect(times.ms.every((ms) => ms >= 0 && Number.isFinite(ms))).toBe(true);
    expect(await numRuns()).toBe(3);
    machine.close();
  });

  test("is taken of more groups than one set of queries holds", async () => {
    const { machine, list, numRuns } = await openCounter();
    const groups = Array.from({ length: 2050 }, () => list);
    expect((await timeGroups(machine.device, groups)).ms).toHaveLength(2050);
    expect(await numRuns()).toBe(2050);
    machine.close();
  });

  test("is taken by the page's clock where the device has none, and says so", async () => {
    const adapter = await (await openDawn()).requestAdapter();
    const device = await adapter?.requestDevice();
    if (device === undefined) throw new Error("there is no WebGPU adapter");
    const times = await timeGroups(device, [[], []]);
    expect(times.clock).toBe("submits");
    expect(times.ms).toHaveLength(2);
    device.destroy();
  });
});
