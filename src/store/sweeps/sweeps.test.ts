import { expect, test, vi } from "vitest";
import type { StartOptions } from "../../client/runClient.ts";
import { readSweep } from "../../settings/sweeps/readSweep.ts";
import { createPlayground } from "../store.ts";
import { type SimulatedWorkers, simulateWorkers } from "../testing/simulatedWorkers.ts";
import type { KeptSweeps } from "./keptSweeps.ts";
import { createSweeps } from "./store.ts";
import { countsOf, type SweepState } from "./sweepState.ts";

function seeds(name: string, ...values: readonly number[]) {
  const { sweep } = readSweep({ version: 1, name, recipe: "one-minute", vary: { seed: values } });
  if (sweep === null) throw new Error("the sweep is wrong");
  return sweep;
}

/** A storage that several visits share. */
function createStorage(): KeptSweeps {
  const stored = new Map<string, SweepState>();
  return {
    all: async () => [...stored.values()],
    put: async (sweep) => void stored.set(sweep.id, sweep),
    remove: async (id) => void stored.delete(id),
    clear: async () => stored.clear(),
  };
}

/** Opens the page; another visit has the same storage. */
function visit(kept: KeptSweeps, resumable: readonly string[] = []) {
  const started: (StartOptions | undefined)[] = [];
  const workers: SimulatedWorkers[] = [];
  const playground = createPlayground((onEvent) => simulateWorkers(onEvent).client);
  const sweeps = createSweeps(
    playground.machine,
    (onEvent) => {
      const simulated = simulateWorkers(onEvent);
      workers.push(simulated);
      return {
        ...simulated.client,
        start(settings, options) {
          started.push(options);
          return simulated.client.start(settings, options);
        },
      };
    },
    {
      kept,
      locks: undefined,
      now: () => 1000 + numIds,
      createId: () => {
        numIds += 1;
        return `sweep-${numIds}`;
      },
      resumable: async () => new Set(resumable),
    },
  );
  const rest = () => {
    for (let turn = 0; turn < 6; turn += 1)
      for (const some of workers) {
        some.work();
        some.deliver();
        some.deliver();
      }
  };
  return {
    actions: sweeps.actions,
    state: () => sweeps.store.getState(),
    counts: () => sweeps.store.getState().sweeps?.map(countsOf),
    seed: () => sweeps.store.getState().current?.run.settings?.seed,
    started,
    rest,
    end(how: "finished" | "failed" = "finished") {
      for (const some of workers) some.end(how);
      rest();
    },
  };
}
let numIds = 0;

test("runs train one after another, and each is kept when it is over", async () => {
  const kept = createStorage();
  const page = visit(kept);
  page.actions.begin(seeds("Three", 1, 2, 3));
  for (const seed of [1, 2, 3]) {
    page.rest();
    expect(page.seed()).toBe(seed);
    page.end();
    const [stored] = await kept.all();
    expect(stored && countsOf(stored)).toEqual({ numRuns: 3, numFinished: seed, numFailed: 0 });
  }
  expect(page.state().queue).toEqual([]);
});

test("a paused sweep goes on with the same run", async () => {
  const page = visit(createStorage());
  page.actions.begin(seeds("Two", 1, 2));
  page.rest();
  const id = page.state().sweeps?.[0]?.id ?? "";
  page.actions.pause(id);
  page.rest();
  const runId = page.state().current?.run.runId;
  expect(page.state().current?.run.paused).toBe(true);
  await page.actions.goOn(id);
  page.rest();
  expect(page.state().current?.run).toMatchObject({ runId, paused: false });
  page.end();
  expect(page.seed()).toBe(2);
});

test.each([
  ["from its checkpoint", true],
  ["from its first step, under the same id, without one", false],
])("after a reload, the run that was interrupted goes on %s", async (_, hasCheckpoint) => {
  const kept = createStorage();
  const before = visit(kept);
  before.actions.begin(seeds("Three", 1, 2, 3));
  before.rest();
  before.end();
  const runId = before.state().current?.run.runId ?? "";
  expect(before.seed()).toBe(2);

  const page = visit(kept, hasCheckpoint ? [runId] : []);
  await page.actions.refresh();
  expect(page.counts()).toEqual([{ numRuns: 3, numFinished: 1, numFailed: 0 }]);
  expect(page.state().queue).toEqual([]);
  await page.actions.goOn(page.state().sweeps?.[0]?.id ?? "");
  expect(page.seed()).toBe(2);
  expect(page.started[0]).toMatchObject(hasCheckpoint ? { resumes: runId } : { again: runId });
  page.end();
  page.end();
  expect(page.counts()).toEqual([{ numRuns: 3, numFinished: 3, numFailed: 0 }]);
});

test("a run that fails does not stop the others, and is tried again when all are over", async () => {
  const page = visit(createStorage());
  page.actions.begin(seeds("Two", 1, 2));
  page.rest();
  page.end("failed");
  page.end();
  expect(page.counts()).toEqual([{ numRuns: 2, numFinished: 1, numFailed: 1 }]);
  expect(page.state().queue).toEqual([]);
  await page.actions.goOn(page.state().sweeps?.[0]?.id ?? "");
  page.rest();
  expect(page.seed()).toBe(1);
  page.end();
  expect(page.counts()).toEqual([{ numRuns: 2, numFinished: 2, numFailed: 0 }]);
});

test("a second sweep waits for the first, and goes first when that is paused", async () => {
  const page = visit(createStorage());
  page.actions.begin(seeds("First", 1, 2));
  const first = page.state().queue[0] ?? "";
  page.actions.begin(seeds("Second", 11, 12));
  page.rest();
  expect([page.state().queue.length, page.seed()]).toEqual([2, 1]);
  page.actions.pause(first);
  page.rest();
  expect(page.seed()).toBe(11);
  await page.actions.goOn(first);
  page.end();
  page.end();
  page.rest();
  expect([page.state().queue, page.seed()]).toEqual([[first], 1]);
});

test("a removed sweep ends its run, and its storage forgets it", async () => {
  const kept = createStorage();
  const page = visit(kept);
  page.actions.begin(seeds("Two", 1, 2));
  page.rest();
  await page.actions.remove(page.state().sweeps?.[0]?.id ?? "");
  expect(page.state()).toMatchObject({ sweeps: [], queue: [], current: null });
  expect(await kept.all()).toEqual([]);
});

test("without storage it trains all the same and says what is not kept", async () => {
  const kept = { ...createStorage(), put: () => Promise.reject(new Error("denied")) };
  const page = visit(kept);
  page.actions.begin(seeds("Two", 1, 2));
  page.rest();
  page.end();
  await vi.waitFor(() => expect(page.state().problem).toContain("(denied)"));
  expect(page.seed()).toBe(2);
});
