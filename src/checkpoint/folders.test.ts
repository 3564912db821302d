/** The cases of every storage in memory and on the disk. `e2e/storage.spec.ts` runs them on the database of a browser. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkpointFolder } from "../cli/training/checkpointFolder.ts";
import type { ReadableFolder } from "./checkpointStore.ts";
import { FOLDER_CASES, STORAGE_CASES } from "./folderCases.ts";
import { joinedFolders } from "./joinedFolders.ts";
import { memoryFolder, memoryFolders } from "./memoryFolder.ts";
import type { WritableFolders } from "./runFolders.ts";

let disk = "";
beforeAll(async () => {
  disk = await mkdtemp(join(tmpdir(), "checkpoints-"));
});
afterAll(() => rm(disk, { recursive: true }));

const FOLDERS = {
  memory: async () => memoryFolder(),
  disk: async () => checkpointFolder(join(await mkdtemp(join(disk, "run-")), "checkpoints")),
};

describe.each(Object.entries(FOLDERS))("a folder of checkpoints: %s", (_name, create) => {
  test.each(FOLDER_CASES)("$name", async ({ act, expected }) => {
    expect(await act(await create())).toEqual(expected);
  });
});

/** Reads through the join of two storages and writes to the second. */
function joined(): WritableFolders {
  const [first, second] = [memoryFolders(), memoryFolders()];
  const both = joinedFolders([first, second]);
  return {
    ...both,
    folder: (runId) => ({ ...second.folder(runId), ...both.folder(runId) }),
  };
}

describe.each(Object.entries({ memory: memoryFolders, joined }))(
  "a storage of checkpoints: %s",
  (_name, create) => {
    test.each(STORAGE_CASES)("$name", async ({ act, expected }) => {
      expect(await act(create())).toEqual(expected);
    });
  },
);

describe("joined storages", () => {
  const denied: WritableFolders = {
    ...memoryFolders(),
    ids: () => Promise.reject(new DOMException("denied", "SecurityError")),
    discard: () => Promise.reject(new Error("denied")),
    folder: () => ({
      ...memoryFolder(),
      names: () => Promise.reject(new Error("denied")),
    }),
  };

  test("do with what is there", async () => {
    const there = memoryFolders();
    await there.pin("a", true);
    there.folder("a");
    const both = joinedFolders([denied, there]);
    const folder: ReadableFolder = both.folder("a");
    expect([await both.ids(), await folder.names()]).toEqual([["a"], []]);
    await both.discard("a");
    expect(await both.ids()).toEqual([]);
  });

  test("are none when all are denied", async () => {
    await expect(joinedFolders([denied, denied]).ids()).rejects.toThrow("denied");
  });
});
