import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDawn } from "../../../cli/openDawn.ts";
import { type BoundList, ComputeDevice } from "../computeDevice.ts";
import { type Storages, storageOf } from "../deviceMemory.ts";
import { openDevice } from "../openDevice.ts";
import { checkedTable } from "./findNotFinite.ts";
import { adjustLossScale, initialLossScale, LOSS_SCALE, LOSS_SCALE_NUMBERS } from "./lossScale.ts";

/** Gradients of 5 and 17 numbers, each padded to a multiple of 16. */
const GRADIENTS = [
  { tensor: { storage: "gradients", base: 0 }, count: 5 },
  { tensor: { storage: "gradients", base: 16 }, count: 17 },
];
const ARENA_NUMBERS = 48;

let machine: ComputeDevice;
let storages: Storages;
let list: BoundList;
beforeAll(async () => {
  machine = new ComputeDevice(await openDevice(await openDawn()));
  const table = checkedTable(GRADIENTS);
  storages = await machine.memory.allocate(
    new Map([
      ["gradients", ARENA_NUMBERS],
      ["table", table.length],
      [LOSS_SCALE.storage, LOSS_SCALE_NUMBERS],
    ]),
  );
  machine.write(storageOf(storages, "table"), Uint32Array.from(table));
  const dispatches = adjustLossScale(GRADIENTS, { storage: "table", base: 0 });
  list = await machine.bind(
    dispatches.map((dispatch) => ({ ...dispatch, label: dispatch.name })),
    storages,
  );
});
afterAll(() => machine.close());

/** Returns the state after one step from `state`. All gradients are 1, except those given by index. */
async function step(state: readonly number[], odd: Readonly<Record<number, number>> = {}) {
  const gradients = new Float32Array(ARENA_NUMBERS).fill(1);
  for (const [place, value] of Object.entries(odd)) gradients[Number(place)] = value;
  machine.write(storageOf(storages, "gradients"), gradients);
  machine.write(storageOf(storages, LOSS_SCALE.storage), Float32Array.from(state));
  machine.run(list);
  const buffer = storageOf(storages, LOSS_SCALE.storage);
  return [...new Float32Array(await machine.read(buffer, 4 * LOSS_SCALE_NUMBERS))];
}

describe("the loss scale", () => {
  test("stays where all gradients are finite", async () => {
    expect(await step(initialLossScale(1024))).toEqual([1024, 1 / 1024, 1, 0, 0]);
  });

  test.each([
    ["infinite", 4, Number.POSITIVE_INFINITY],
    ["minus infinite", 16, Number.NEGATIVE_INFINITY],
    ["not a number", 32, Number.NaN],
  ])("is halved and the step skipped where one is %s", async (_name, place, value) => {
    expect(await step([1024, 0, 77, 2, 0], { [place]: value })).toEqual([512, 0, 0, 3, 0]);
  });

  test("minds no padding between gradients", async () => {
    const padding = { 5: Number.NaN, 15: Number.NaN, 33: Number.POSITIVE_INFINITY };
    expect(await step(initialLossScale(8), padding)).toEqual([8, 1 / 8, 1, 0, 0]);
  });

  test("is doubled after 2,000 good steps", async () => {
    expect(await step([1024, 0, 1998, 1, 0])).toEqual([1024, 1 / 1024, 1999, 1, 0]);
    expect(await step([1024, 0, 1999, 1, 0])).toEqual([2048, 1 / 1024, 0, 1, 0]);
  });

  test("stays within its bounds", async () => {
    expect(await step([2 ** 24, 0, 1999, 0, 0])).toEqual([2 ** 24, 2 ** -24, 0, 0, 0]);
    expect(await step([2 ** -24, 0, 0, 0, 0], { 0: Number.NaN })).toEqual([2 ** -24, 0, 0, 1, 0]);
  });
});
