import { expect, test } from "vitest";
import type { CheckpointFolder } from "../../checkpoint/checkpointStore.ts";
import { madeCheckpoint } from "../../checkpoint/madeCheckpoint.ts";
import { memoryFolder } from "../../checkpoint/memoryFolder.ts";
import type { WorkerEventOf } from "../../protocol/events.ts";
import { createCheckpointKeeper } from "./checkpointKeeper.ts";

/** A folder in which finishing a file takes what `before` takes. */
function folderThatFinishes(before: () => void | Promise<void>): CheckpointFolder {
  const files = memoryFolder();
  return {
    ...files,
    async create(name, bytes) {
      const file = await files.create(name, bytes);
      return {
        ...file,
        async finish(header) {
          await before();
          return file.finish(header);
        },
      };
    },
  };
}

/** Takes steps of a second. Copying a state and writing a file take the given times. */
function setUp({ copyMs, writeMs }: { readonly copyMs: number; readonly writeMs: number }) {
  let [now, step] = [0, 0];
  const kept: { readonly at: number; readonly event: WorkerEventOf<"checkpoint.kept"> }[] = [];
  const folder = folderThatFinishes(() => {
    now += writeMs;
  });
  const keeper = createCheckpointKeeper({
    runId: "run-made",
    emit: (event) => event.type === "checkpoint.kept" && kept.push({ at: now, event }),
    folder,
    async take() {
      now += copyMs;
      return madeCheckpoint(step);
    },
    stepMs: () => 1000,
    now: () => now,
  });
  async function train(steps: number): Promise<void> {
    for (let taken = 0; taken < steps; taken += 1) {
      now += 1000;
      step += 1;
      await keeper.whenDue();
      await keeper.written();
    }
  }
  return { train, kept };
}

test("a checkpoint is on the disk before the interval since the one before is over", async () => {
  const { train, kept } = setUp({ copyMs: 100, writeMs: 8000 });
  await train(300);
  expect(kept.length).toBeGreaterThan(8);
  for (const [index, { at, event }] of kept.slice(1).entries()) {
    const takenAt = (kept[index]?.at ?? 0) - 8000;
    // A step that is being taken is waited for.
    expect(at - takenAt).toBeLessThanOrEqual(event.intervalMs + 1100);
    expect(event.intervalMs).toBe(30_000);
  }
});

test("checkpoints take a fiftieth of the time at most", async () => {
  const { train, kept } = setUp({ copyMs: 2000, writeMs: 10_000 });
  await train(1000);
  for (const [index, { at, event }] of kept.slice(1).entries()) {
    expect(at - (kept[index]?.at ?? 0)).toBeGreaterThanOrEqual(50 * 2000);
    expect(event.intervalMs).toBeGreaterThanOrEqual(50 * 2000 + 10_000);
  }
});

test("a step waits for the writing, but not for its end", async () => {
  const kept: WorkerEventOf<"checkpoint.kept">[] = [];
  let finish = () => {};
  const disk = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const folder = folderThatFinishes(() => disk);
  const keeper = createCheckpointKeeper({
    runId: "run-made",
    emit: (event) => event.type === "checkpoint.kept" && kept.push(event),
    folder,
    take: async () => madeCheckpoint(1),
    stepMs: () => 0,
    leastIntervalMs: 0,
  });
  await keeper.whenDue();
  await keeper.whenDue();
  expect(kept).toEqual([]);
  finish();
  await keeper.whenDue();
  expect(kept.length).toBe(1);
});
