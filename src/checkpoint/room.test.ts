import { describe, expect, test } from "vitest";
import { keepCheckpoint } from "./checkpointStore.ts";
import { forgettingOf, tellForgotten, untilForgotten } from "./forgetting.ts";
import { madeCheckpoint } from "./madeCheckpoint.ts";
import { memoryFolder, memoryFolders } from "./memoryFolder.ts";
import { freeRoom, makeRoom, runsToClear, usageOf } from "./room.ts";
import { type StoredRun, storedRuns, unfinishedRuns } from "./runFolders.ts";

const NONE = new Set<string>();

/** Stores one checkpoint a run. The step is its age too. */
async function stored(runs: Readonly<Record<string, { step: number; isFinished: boolean }>>) {
  const folders = memoryFolders();
  for (const [runId, { step, isFinished }] of Object.entries(runs))
    await keepCheckpoint(folders.folder(runId), madeCheckpoint(step, { runId, isFinished }));
  return folders;
}

const names = (runs: readonly StoredRun[]) => runs.map(({ runId }) => runId);

describe("the room of checkpoints", () => {
  test("is taken last from what a newer version of the program wrote", () => {
    const run = (runId: string, isNewer: boolean): StoredRun => ({
      ...{ runId, bytes: 10, isPinned: false, summary: null, isNewer },
    });
    const cleared = (roomBytes: number) =>
      names(
        runsToClear(
          [run("newer", true), run("damaged", false)],
          { bytes: 20, limitBytes: 20 },
          roomBytes,
          NONE,
        ),
      );
    expect(cleared(5)).toEqual(["damaged"]);
    expect(cleared(15)).toEqual(["damaged", "newer"]);
  });

  test("is bounded by a fixed limit, by half of what the browser grants, and by what is left", async () => {
    const runs = await storedRuns(await stored({ a: { step: 1, isFinished: false } }));
    const [{ bytes } = { bytes: 0 }] = runs;
    expect(bytes).toBeGreaterThan(12_000);
    const limit = (estimate: Parameters<typeof usageOf>[1]) => usageOf(runs, estimate).limitBytes;
    expect(limit({})).toBe(2e9);
    expect(limit({ quota: 1e9, usage: bytes })).toBe(5e8);
    expect(limit({ quota: 1e9, usage: 1e9 - 100 })).toBe(bytes + 100);
    expect(limit({ quota: 1e9, usage: 2e9 })).toBe(bytes);
  });

  test("is made by the oldest finished runs, then by the oldest others, never by pinned ones or those in use", async () => {
    const folders = await stored({
      stopped: { step: 1, isFinished: false },
      newer: { step: 5, isFinished: true },
      older: { step: 4, isFinished: true },
      pinned: { step: 2, isFinished: true },
      used: { step: 3, isFinished: true },
    });
    await folders.pin("pinned", true);
    const runs = await storedRuns(folders);
    const inUse = new Set(["used"]);
    const clear = (limitBytes: number) =>
      names(runsToClear(runs, { ...usageOf(runs, {}), limitBytes }, 1, inUse));
    expect(clear(0)).toEqual(["older", "newer", "stopped"]);
    expect(clear(usageOf(runs, {}).bytes)).toEqual(["older"]);
    expect(clear(usageOf(runs, {}).bytes + 1)).toEqual([]);
    expect(unfinishedRuns(runs).map(({ runId }) => runId)).toEqual(["stopped"]);
  });

  test("is made only if that is enough", async () => {
    const folders = await stored({
      a: { step: 1, isFinished: true },
      b: { step: 2, isFinished: true },
    });
    await folders.pin("b", true);
    const { bytes } = usageOf(await storedRuns(folders), {});
    const granted = { quota: 2 * bytes + 100 };
    await expect(makeRoom(folders, bytes, granted, NONE)).rejects.toThrow(
      /all checkpoints may take .*kB/,
    );
    expect(await folders.ids()).toEqual(["a", "b"]);
    await makeRoom(folders, 1000, granted, NONE);
    expect(await folders.ids()).toEqual(["b"]);
  });
});

test("where the disk is full before that, those of other runs make room for a new one", async () => {
  const folders = await stored({
    old: { step: 1, isFinished: true },
    older: { step: 0, isFinished: true },
    used: { step: 2, isFinished: true },
  });
  const [{ bytes } = { bytes: 0 }] = await storedRuns(folders);
  const mine = memoryFolder(0.5 * bytes);
  const larger = memoryFolder();
  const folder = {
    ...mine,
    create: async (name: string, size: number) => {
      const isRoom = (await folders.ids()).length < 3;
      return (isRoom ? larger : mine).create(name, size);
    },
    free: (size: number) => freeRoom(folders, size, new Set(["used"])),
  };
  await keepCheckpoint(folder, madeCheckpoint(5));
  expect(await folders.ids()).toEqual(["old", "used"]);
  expect(larger.files.size).toBe(1);
  expect(await freeRoom(folders, 1e9, new Set(["old", "used"]))).toBe(false);
});

describe("a run that is forgotten while it goes on", () => {
  test("keeps no more checkpoints, and abandons the one that is being written", async () => {
    const forgotten = forgettingOf("mine");
    const files = memoryFolder();
    const folder = untilForgotten(files, forgotten);
    await keepCheckpoint(folder, madeCheckpoint(1));
    tellForgotten(["another"]);
    const begun = await folder.create("000009-step-9.checkpoint", 100);
    tellForgotten(["mine"]);
    await new Promise((resolve) => forgotten.addEventListener("abort", resolve));
    await expect(begun.append(new Uint8Array(8))).rejects.toThrow();
    await begun.abandon();
    await expect(keepCheckpoint(folder, madeCheckpoint(2))).rejects.toThrow();
    expect([...files.files.keys()]).toEqual(["000001-step-1.checkpoint"]);
  });
});
