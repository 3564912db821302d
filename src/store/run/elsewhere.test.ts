import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { madeCheckpoint } from "../../checkpoint/madeCheckpoint.ts";
import { lockRun } from "../../checkpoint/runLocks.ts";
import { answerTakeovers } from "../../checkpoint/takeover.ts";
import { createPlayground } from "../store.ts";
import { createFakeLocks } from "../testing/fakeLocks.ts";
import { simulateWorkers } from "../testing/simulatedWorkers.ts";
import { takeOver } from "./elsewhere.ts";
import { type Elsewhere, interruptedText } from "./interrupted.ts";

const { summary } = madeCheckpoint(412, { recipe: "notebook", totalSteps: 1874 });
const OFFERED: Elsewhere = {
  ...{ runId: "run-made", what: { kind: "run", checkpoint: summary }, stepMs: 20 },
  ...{ status: "offered", reason: "", newest: null },
};
/** A page that asks for the run, whose worker in another tab holds its lock. */
async function setUp() {
  const locks = createFakeLocks();
  const release = await lockRun(locks, "run-made", {
    ...{ patienceMs: 1, steals: false, onStolen: () => {} },
  });
  const { store, actions } = createPlayground((onEvent) => simulateWorkers(onEvent).client);
  const ending = new AbortController();
  const page = { navigator: { ...globalThis.navigator, locks } };
  return {
    ask: () => takeOver(actions, OFFERED, page, ending.signal),
    status: () => store.getState().view.elsewhere?.status,
    reason: () => store.getState().view.elsewhere?.reason,
    release: () => release?.(),
    ending,
  };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

test("the offer names the run and its step", () => {
  expect(interruptedText(OFFERED.what)).toMatch(/^The notebook.*, step 412 of 1,874$/);
});

test("a tab that does not answer is said to be silent", async () => {
  const { ask, status, ending } = await setUp();
  const asked = ask();
  expect(status()).toBe("asked");
  await vi.advanceTimersByTimeAsync(5_000);
  expect(status()).toBe("silent");
  ending.abort();
  expect(await asked).toBeNull();
});

test("a tab that refuses says why, and keeps its run", async () => {
  const { ask, status, reason } = await setUp();
  const stop = answerTakeovers("run-made", {
    describe: () => ({ summary, stepMs: 20, page: "other" }),
    keep: () => Promise.reject(new Error("The disk is full.")),
    letGo: () => {},
  });
  expect(await ask()).toBeNull();
  expect([status(), reason()]).toEqual(["refused", "The disk is full."]);
  stop();
});

test("when the lock of the run is free, nothing is asked any more", async () => {
  const { ask, status, release } = await setUp();
  const asked = ask();
  release();
  await asked;
  expect(status()).toBeUndefined();
});
