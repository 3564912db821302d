import { expect, test } from "vitest";
import { createFakeLocks } from "../store/testing/fakeLocks.ts";
import { lockedRuns, lockRun, untilUnlocked } from "./runLocks.ts";

const PATIENT = { patienceMs: 1, steals: false, onStolen: () => {} };

test("a run has one writer, until that lets it go", async () => {
  const locks = createFakeLocks();
  const release = await lockRun(locks, "run-1", PATIENT);
  expect([...(await lockedRuns(locks))]).toEqual(["run-1"]);
  expect(await lockRun(locks, "run-1", PATIENT)).toBeNull();
  const free = untilUnlocked(locks, "run-1", new AbortController().signal);
  release?.();
  await free;
  expect(await lockRun(locks, "run-1", PATIENT)).not.toBeNull();
});

test("the lock of a tab that does not answer can be taken, and that tab is told", async () => {
  const locks = createFakeLocks();
  const told: string[] = [];
  await lockRun(locks, "run-1", { ...PATIENT, onStolen: () => told.push("stolen") });
  const release = await lockRun(locks, "run-1", { ...PATIENT, steals: true });
  await new Promise((resolve) => setTimeout(resolve));
  expect([release === null, told]).toEqual([false, ["stolen"]]);
  expect([...(await lockedRuns(locks))]).toEqual(["run-1"]);
});
