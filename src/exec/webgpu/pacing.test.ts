import { expect, test } from "vitest";
import type { BoundList } from "./computeDevice.ts";
import { PacedList, type Submitter } from "./pacing.ts";

/** Fakes a device on which each dispatch takes the given time. It records the dispatches of each submit. */
function deviceOf(milliseconds: readonly number[]) {
  // The contents of a dispatch are never read; its index in the list identifies it.
  const list = milliseconds.map((ms): BoundList[number] => Object.create({ ms }));
  const msOf = (lists: readonly BoundList[]) =>
    lists.flat().map((dispatch) => milliseconds[list.indexOf(dispatch)] ?? 0);
  const submits: number[][] = [];
  const device: Submitter = {
    async submit(...lists) {
      submits.push(msOf(lists));
    },
    async time(...lists) {
      const times = msOf(lists);
      submits.push(times);
      return times.reduce((total, ms) => total + ms, 0);
    },
  };
  return { list, device, submits };
}

/** Returns the submits of the `run`-th run, from 1. */
async function submitsOf(milliseconds: readonly number[], run: number) {
  const { list, device, submits } = deviceOf(milliseconds);
  const paced = new PacedList(list, 50);
  for (let at = 1; at < run; at += 1) await paced.run(device);
  submits.length = 0;
  await paced.run(device);
  return submits;
}

test("a list that fits 50 ms is one submit", async () => {
  expect(await submitsOf([10, 20, 15], 5)).toEqual([[10, 20, 15]]);
});

test("the first two runs are one submit, whatever they take", async () => {
  const slow = [60, 60, 60];
  expect(await submitsOf(slow, 1)).toEqual([slow]);
  expect(await submitsOf(slow, 2)).toEqual([slow]);
});

test("a longer list is cut into as few submits as keep below 50 ms, in order", async () => {
  const milliseconds = [20, 20, 20, 20, 5, 5, 5, 5, 30];
  const submits = await submitsOf(milliseconds, 4);
  expect(submits.flat()).toEqual(milliseconds);
  expect(submits).toEqual([
    [20, 20],
    [20, 20, 5, 5],
    [5, 5, 30],
  ]);
});

test("a dispatch that takes longer by itself is a submit of its own", async () => {
  expect(await submitsOf([10, 90, 10, 10], 4)).toEqual([[10], [90], [10, 10]]);
});

test("what prepares the batch goes with the first submit", async () => {
  const { list, device, submits } = deviceOf([40, 40, 7]);
  const [first, second, preparation] = list;
  if (first === undefined || second === undefined || preparation === undefined)
    throw new Error("three dispatches were made");
  const paced = new PacedList([first, second], 50);
  for (let run = 0; run < 4; run += 1) await paced.run(device, [preparation]);
  expect(submits.slice(-2)).toEqual([[7, 40], [40]]);
});
