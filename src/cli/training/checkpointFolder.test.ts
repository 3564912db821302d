import { mkdtemp, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keepCheckpoint, newestCheckpoint } from "../../checkpoint/checkpointStore.ts";
import { madeCheckpoint } from "../../checkpoint/madeCheckpoint.ts";
import { checkpointFolder } from "./checkpointFolder.ts";

test("a folder keeps three, ignores what was not completed, and falls back from a damaged one", async () => {
  const path = await mkdtemp(join(tmpdir(), "checkpoints-"));
  try {
    const folder = checkpointFolder(join(path, "deeper"));
    expect(await newestCheckpoint(folder)).toEqual({ checkpoint: null, refused: [] });
    for (const step of [1, 2, 3, 4]) await keepCheckpoint(folder, madeCheckpoint(step));
    expect(await newestCheckpoint(folder)).toEqual({ checkpoint: madeCheckpoint(4), refused: [] });
    const names = (await readdir(join(path, "deeper"))).toSorted();
    expect(names).toEqual([2, 3, 4].map((step) => `00000${step}-step-${step}.checkpoint`));
    await writeFile(join(path, "deeper", "000009-step-9.checkpoint.part"), "half");
    await truncate(join(path, "deeper", names[2] ?? ""), 5000);
    const { checkpoint, refused } = await newestCheckpoint(folder);
    expect([checkpoint?.summary.step, refused.length]).toEqual([3, 1]);
    await keepCheckpoint(folder, madeCheckpoint(6));
    const left = await readdir(join(path, "deeper"));
    expect(left.filter((name) => name.endsWith(".part"))).toEqual([]);
  } finally {
    await rm(path, { recursive: true });
  }
});
