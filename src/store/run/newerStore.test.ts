import { expect, test } from "vitest";
import { hasNewerDatabase, versionOf } from "../../core/databases.ts";
import { newerStoreText } from "./newerStore.ts";

const run = { runId: "a", bytes: 1, isPinned: false, summary: null, isNewer: false };

test("what a newer version stored is named, stays, and a reload is the way to it", () => {
  expect(newerStoreText([run], false)).toBeNull();
  expect(newerStoreText([run, { ...run, isNewer: true }], false)).toMatch(
    /stored checkpoints of a run .* They stay .* Reload the page to get its newest version[.]$/,
  );
  expect(newerStoreText([], true)).toMatch(/stored runs or files .* export what you need[.]$/);
});

test("a database of a higher version is noticed, and no other", async () => {
  const name = "xception-playground-kept";
  const has = (stored: IDBDatabaseInfo) => hasNewerDatabase({ databases: async () => [stored] });
  expect(await has({ name, version: versionOf(name) + 1 })).toBe(true);
  expect(await has({ name, version: versionOf(name) })).toBe(false);
  expect(await has({ name: "of another page", version: 99 })).toBe(false);
});
