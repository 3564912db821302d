import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { WorkerEvent } from "../../protocol/events.ts";
import { writeRunFile } from "../../runs/files/runFile.ts";
import { madeRecord } from "../../runs/testRecords.ts";
import { createPlayground } from "../store.ts";
import { simulateWorkers } from "../testing/simulatedWorkers.ts";
import { createMemoryDatabase } from "./memoryDatabase.ts";
import { createRuns } from "./store.ts";

const DATA_SET = {
  id: "starter" as const,
  title: "Starter",
  classes: ["a", "b"],
  numTrain: 64,
  numTest: 4,
  height: 28,
  width: 28,
  channels: 1 as const,
  sizeBytes: 1,
  numShards: 1,
  fallbackReason: "",
};

function setUp(database = createMemoryDatabase(), open = async () => database) {
  let emit: (event: WorkerEvent) => void = () => {};
  const playground = createPlayground((onEvent) => {
    emit = onEvent;
    return simulateWorkers(onEvent).client;
  });
  let now = 1_700_000_000_000;
  const persist = vi.fn(async () => true);
  const pin = vi.fn(async () => {});
  const forgetFiles = vi.fn(async () => {});
  const forgetExperiment = vi.fn(async () => {});
  const forget = vi.fn(async (_folders: readonly string[] | "all") => {});
  const runs = createRuns(playground, {
    open,
    storage: { persist },
    locks: undefined,
    machine: { browser: "A browser", cores: 2, memoryGb: null },
    openSweeps: () => Promise.reject(new Error("no sweep here")),
    forgetFiles,
    forgetExperiment,
    checkpoints: { usage: async () => ({ bytes: 0, limitBytes: 100, next: [] }), pin, forget },
    connect: (onEvent) => simulateWorkers(onEvent).client,
    now: () => {
      now += 1;
      return now;
    },
  });
  const runId = () => playground.store.getState().run.runId ?? "";
  const prepare = () =>
    emit({
      type: "run.prepared",
      runId: runId(),
      stepsPerEpoch: 2,
      totalSteps: 4,
      numTrain: 64,
      numValidation: 4,
      batchSize: 32,
      dataSet: DATA_SET,
      notes: [],
    });
  const step = (at: number) =>
    emit({
      type: "step.completed",
      runId: runId(),
      step: at,
      epoch: 1,
      stepInEpoch: at,
      learningRate: 0.01,
      points: [{ step: at, loss: 1 / at, accuracy: 0.5 }],
      stepMs: 1,
      imagesPerSecond: 1,
      trainMs: 10 * at,
      remainingMs: 0,
      usedBytes: 0,
      numTensors: 0,
    });
  const finish = () => emit({ type: "run.finished", runId: runId(), step: 4, trainMs: 40 });
  const heads = () => runs.store.getState().heads ?? [];
  const settled = async () => {
    await vi.advanceTimersByTimeAsync(10_000);
    await runs.flush();
  };
  const events = { runId, prepare, step, finish };
  return {
    playground,
    runs,
    database,
    persist,
    pin,
    forget,
    forgetFiles,
    forgetExperiment,
    ...events,
    heads,
    settled,
  };
}

describe("recorded runs", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("a run is recorded from its first step to its end", async () => {
    const { playground, runs, runId, prepare, step, finish, heads, settled } = setUp();
    playground.actions.train();
    prepare();
    await settled();
    expect(heads()).toEqual([]);
    step(1);
    step(2);
    await settled();
    expect(heads()).toMatchObject([{ id: runId(), outcome: "running", figures: { step: 2 } }]);
    finish();
    await settled();
    expect(heads()).toMatchObject([
      { outcome: "finished", figures: { trainMs: 40, training: { step: 2, loss: 0.5 } } },
    ]);
    const [record] = await runs.actions.records([runId()]);
    expect([...(record?.body.training.steps ?? [])]).toEqual([1, 2]);
    expect([...(record?.body.clock.trainMs ?? [])]).toEqual([10, 20]);
    expect(record?.body.classes).toEqual(["a", "b"]);
  });

  test("a run that a person resets keeps what it had", async () => {
    const { playground, prepare, step, heads, settled } = setUp();
    playground.actions.train();
    prepare();
    step(1);
    playground.actions.reset();
    await settled();
    expect(heads()).toMatchObject([{ outcome: "reset", figures: { step: 1 } }]);
  });

  test("a run whose page was closed reads as stopped", async () => {
    const { playground, database, prepare, step, settled } = setUp();
    playground.actions.train();
    prepare();
    step(1);
    await settled();
    const later = setUp(database);
    await later.runs.actions.refresh();
    expect(later.heads()).toMatchObject([{ outcome: "stopped" }]);
  });

  test("notes, tags and pins stay while the run goes on, and a pin asks for persistence", async () => {
    const { playground, runs, runId, prepare, step, finish, heads, settled, persist } = setUp();
    playground.actions.train();
    prepare();
    step(1);
    await settled();
    await runs.actions.annotate(runId(), { notes: "good", tags: ["x"], pinned: true });
    finish();
    await settled();
    expect(heads()).toMatchObject([
      { notes: "good", tags: ["x"], pinned: true, outcome: "finished" },
    ]);
    expect(persist).toHaveBeenCalledOnce();
    expect(runs.store.getState().isPersistent).toBe(true);
  });

  test("deleting can be undone until the next deletion, and then the record is gone", async () => {
    const { runs, database, heads } = setUp();
    for (const id of ["a", "b"]) await database.put(madeRecord({ id }));
    await runs.actions.refresh();
    await runs.actions.remove(["a"]);
    expect(heads().find(({ id }) => id === "a")?.deletedAt).not.toBeNull();
    await runs.actions.undoRemove();
    expect(heads().every(({ deletedAt }) => deletedAt === null)).toBe(true);
    await runs.actions.remove(["a"]);
    await runs.actions.remove(["b"]);
    expect(await database.body("a")).toBeUndefined();
    expect(await database.body("b")).toBeDefined();
  });

  test("the checkpoints of a deleted run go when it can no longer be restored, those of a race with its last lane", async () => {
    const { runs, database, forget, pin } = setUp();
    for (const id of ["a", "b", "race/0", "race/1"]) await database.put(madeRecord({ id }));
    await runs.actions.refresh();
    await runs.actions.remove(["a"]);
    expect(forget).not.toHaveBeenCalled();
    await runs.actions.remove(["race/0"]);
    await runs.actions.remove(["race/1"]);
    await runs.actions.remove(["b"]);
    expect(forget.mock.calls).toEqual([[["a"]], [["race"]]]);
    await runs.actions.annotate("b", { pinned: true });
    expect(pin).toHaveBeenCalledWith("b", true);
  });

  test("a run that was deleted in an earlier visit is removed with its checkpoints", async () => {
    const { runs, database, forget, heads } = setUp();
    const deletedAt = 1_600_000_000_000;
    await database.put(madeRecord({ id: "old", head: { deletedAt } }));
    await database.put(madeRecord({ id: "new", head: { deletedAt: 1_700_000_000_000 } }));
    await runs.actions.refresh();
    expect(heads().map(({ id }) => id)).toEqual(["new"]);
    expect(forget).toHaveBeenCalledWith(["old"]);
    expect(await database.body("old")).toBeUndefined();
  });

  test("forgetting everything forgets the run that goes on too", async () => {
    const { playground, runs, database, ...rest } = setUp();
    const { prepare, step, finish, heads, settled, forget, forgetFiles, forgetExperiment } = rest;
    await database.put(madeRecord({ id: "old" }));
    playground.actions.train();
    prepare();
    step(1);
    await settled();
    expect(heads()).toHaveLength(2);
    await runs.actions.forgetEverything();
    step(2);
    finish();
    await settled();
    expect(heads()).toEqual([]);
    expect(await database.heads()).toEqual([]);
    expect(forget.mock.calls).toEqual([["all"]]);
    expect(forgetFiles).toHaveBeenCalledOnce();
    expect(forgetExperiment).toHaveBeenCalledOnce();
  });

  test("the settings of a run come back into the controls", async () => {
    const { playground, runs, database } = setUp();
    await database.put(madeRecord({ id: "a", changes: { width: 0.5 } }));
    await runs.actions.refresh();
    runs.actions.restore("a");
    expect(playground.store.getState().settings.values.width).toBe(0.5);
  });

  test("runs of a file are added once, and a deleted one comes back", async () => {
    const { runs, heads } = setUp();
    const bytes = await writeRunFile([madeRecord({ id: "a" }), madeRecord({ id: "b" })]);
    const file = new File([bytes], "x.runs.zip");
    const words = () => runs.store.getState().imported?.words;
    await runs.actions.importFiles([file]);
    expect(words()).toBe("2 runs imported from x.runs.zip.");
    await runs.actions.remove(["a"]);
    await runs.actions.importFiles([file]);
    expect(words()).toBe("1 run imported from x.runs.zip. 1 run had been here before and stayed.");
    expect(heads().filter(({ deletedAt }) => deletedAt === null)).toHaveLength(2);
    await runs.actions.importFiles([new File(["no zip"], "y.zip")]);
    expect(words()).toMatch(/^Nothing was imported from y.zip. y.zip: it is a whole zip/);
  });

  test("without a database runs last for the visit, and the page says so", async () => {
    const denied = async () => {
      throw new DOMException("denied", "SecurityError");
    };
    const { playground, prepare, step, finish, heads, settled } = setUp(undefined, denied);
    playground.actions.train();
    prepare();
    step(1);
    finish();
    await settled();
    expect(heads()).toHaveLength(1);
    expect(playground.store.getState().view.notKept).toMatch(/not kept after it.*denied.*export/);
  });

  test("a database of a newer version is left alone", async () => {
    const newer = async () => {
      throw new DOMException("newer", "VersionError");
    };
    const { runs } = setUp(undefined, newer);
    await runs.actions.refresh();
    expect(runs.store.getState().problem).toMatch(/newer version of this page.*Reload/);
  });

  test("where there is no room the oldest runs go first, and otherwise the page says so", async () => {
    const database = createMemoryDatabase();
    let room = 0;
    const full = {
      ...database,
      put: async (record: Parameters<typeof database.put>[0]) => {
        const kept = await database.heads();
        if (kept.length > room) throw new DOMException("full", "QuotaExceededError");
        await database.put(record);
      },
    };
    for (const [index, id] of ["old", "new"].entries())
      await database.put(madeRecord({ id, head: { updatedAt: index, pinned: id === "new" } }));
    room = 1;
    const { runs, heads, playground, prepare, step, finish, settled } = setUp(full);
    await runs.actions.refresh();
    playground.actions.train();
    prepare();
    step(1);
    finish();
    await settled();
    expect(heads().map(({ id }) => id)).not.toContain("old");
    expect(runs.store.getState().problem).toBeNull();
    room = 0;
    playground.actions.train();
    prepare();
    step(1);
    finish();
    await settled();
    expect(runs.store.getState().problem).toMatch(/no room.*Training goes on.*Delete runs/);
  });

  test("stored records that cannot be read are counted, and stay", async () => {
    const { runs, database, heads } = setUp();
    await database.put(madeRecord({ id: "a" }));
    await database.put(madeRecord({ id: "b" }));
    await database.change("b", { sizeBytes: Number.NaN });
    await runs.actions.refresh();
    expect(heads()).toHaveLength(1);
    expect(runs.store.getState().numUnreadable).toBe(1);
    expect(await database.heads()).toHaveLength(2);
  });
});
