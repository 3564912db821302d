import { afterEach, beforeEach, expect, test } from "vitest";
import { openDawn } from "../../cli/openDawn.ts";
import { ComputeDevice } from "./computeDevice.ts";
import { openDevice } from "./openDevice.ts";
import { SubmitQueue } from "./submitQueue.ts";

const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);
beforeEach(() => void process.on("unhandledRejection", note));
afterEach(() => {
  process.off("unhandledRejection", note);
  unhandled.length = 0;
});

/** Node checks for unhandled rejections between two turns of its event loop. */
const turns = async () => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

test("a submit that fails is told by the next wait, and is no rejection that nobody handles", async () => {
  const machine = new ComputeDevice(await openDevice(await openDawn()));
  const failure = new Error("the device reported an error");
  machine.finish = async () => Promise.reject(failure);
  const queue = new SubmitQueue(machine, Number.POSITIVE_INFINITY);
  const lists = new Map([["forward", []]] as const);
  await queue.run(lists, []);
  await turns();
  expect(unhandled).toEqual([]);
  const again = async () => {
    for (let run = 0; run < 4; run += 1) await queue.run(lists, []);
  };
  await expect(again()).rejects.toBe(failure);
  await turns();
  expect(unhandled).toEqual([]);
  machine.close();
});
