import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDawn } from "../../cli/openDawn.ts";
import { ComputeDevice } from "./computeDevice.ts";
import { storageOf } from "./deviceMemory.ts";
import { stored, type Width } from "./dispatch.ts";
import type { HalfOverflow } from "./halfPrecision.ts";
import { openDevice } from "./openDevice.ts";
import { dispatchOf } from "./shader.ts";

let machine: ComputeDevice;
beforeAll(async () => {
  machine = new ComputeDevice(await openDevice(await openDawn()));
});
afterAll(() => machine.close());

/** Stores numbers in 16 bits and returns them as they are loaded again. */
async function throughHalves(
  given: readonly number[],
  halfOverflow: HalfOverflow,
  { written, read }: { readonly written: Width; readonly read: Width },
): Promise<readonly number[]> {
  const name = `${halfOverflow} ${written} ${read}`;
  const [from, to] = [`from ${name}`, `to ${name}`];
  const packed = { storage: `packed ${name}`, base: 0, halfOverflow };
  const storages = await machine.memory.allocate(
    new Map([
      [from, given.length],
      [packed.storage, given.length / 2],
      [to, given.length],
    ]),
  );
  const dispatches = [
    dispatchOf({
      name: "pack",
      width: written,
      reads: { x: stored({ storage: from, base: 0 }) },
      writes: { y: { tensor: packed } },
      body: "y_set(i, x_at(i, 0u));",
      threads: given.length / written,
    }),
    dispatchOf({
      name: "unpack",
      width: read,
      reads: { x: stored(packed) },
      writes: { y: { tensor: { storage: to, base: 0 } } },
      body: "y_set(i, x_at(i, 0u));",
      threads: given.length / read,
    }),
  ].map((dispatch) => ({ ...dispatch, label: dispatch.name }));
  const list = await machine.bind(dispatches, storages);
  machine.write(storageOf(storages, from), Float32Array.from(given));
  machine.run(list);
  return [...new Float32Array(await machine.read(storageOf(storages, to), 4 * given.length))];
}

const WIDTHS = [
  { written: 4, read: 4 },
  { written: 4, read: 1 },
  { written: 2, read: 2 },
  { written: 2, read: 4 },
] as const;

describe("storage in 16 bits", () => {
  test.each(WIDTHS)("keeps what fits, written by $written and read by $read", async (widths) => {
    const given = [0, 1, -2.5, 1 / 1024, 65_504, -65_504, 2 ** -14, 3.140_625];
    expect(await throughHalves(given, "clamped", widths)).toEqual(given);
    expect(await throughHalves(given, "infinite", widths)).toEqual(given);
  });

  test("rounds to the nearest, and of two to the even one", async () => {
    const ulp = 2 ** -10;
    const given = [1 + 0.5 * ulp, 1 + 1.5 * ulp, 1 + 0.51 * ulp, 1 + 1.49 * ulp, -1 - 1.5 * ulp];
    const padded = [...given, 1.999_99, 65_519, 2048.9];
    const rounded = [1, 1 + 2 * ulp, 1 + ulp, 1 + ulp, -1 - 2 * ulp, 2, 65_504, 2048];
    expect(await throughHalves(padded, "infinite", { written: 4, read: 4 })).toEqual(rounded);
  });

  const beyond = [65_520, -65_520, 1e9, -1e30, Number.POSITIVE_INFINITY, Number.NaN, 7, -7];

  test("clamps activations to the largest number there is, and keeps NaN", async () => {
    const most = 65_504;
    expect(await throughHalves(beyond, "clamped", { written: 4, read: 2 })).toEqual([
      ...[most, -most, most, -most, most],
      ...[Number.NaN, 7, -7],
    ]);
  });

  test("makes gradients infinite that do not fit, and keeps NaN", async () => {
    const most = Number.POSITIVE_INFINITY;
    expect(await throughHalves(beyond, "infinite", { written: 2, read: 4 })).toEqual([
      ...[most, -most, most, -most, most],
      ...[Number.NaN, 7, -7],
    ]);
  });

  test("is never written by single numbers", () => {
    const y = { tensor: { storage: "y", base: 0, halfOverflow: "clamped" as const } };
    expect(() =>
      dispatchOf({ name: "single", writes: { y }, body: "y_set(i, 0.0);", threads: 1 }),
    ).toThrow(RangeError);
  });
});
