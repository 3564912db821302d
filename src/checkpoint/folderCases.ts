/**
 * What every storage of checkpoints must do, as a table for tests. The cases return plain values and use no test runner, so that
 * they also run in a browser, which alone has a database.
 */
import {
  type CheckpointFolder,
  keepCheckpoint,
  newestCheckpoint,
  newestSummary,
} from "./checkpointStore.ts";
import { madeCheckpoint } from "./madeCheckpoint.ts";
import { packTree } from "./packedTree.ts";
import { storedRuns, unfinishedRuns, type WritableFolders } from "./runFolders.ts";

interface Case<T> {
  readonly name: string;
  readonly act: (subject: T) => Promise<unknown>;
  /** JSON. */
  readonly expected: unknown;
}

const LARGE = new Map([["kernel", Float32Array.from({ length: 2_500_003 }, (_, at) => at / 7)]]);

async function stepsIn(folder: CheckpointFolder): Promise<readonly number[]> {
  const names = (await folder.names()).toSorted();
  return names.map((name) => Number(/step-(\d+)/.exec(name)?.[1]));
}

async function keep(folder: CheckpointFolder, ...steps: readonly number[]): Promise<void> {
  for (const step of steps) await keepCheckpoint(folder, madeCheckpoint(step));
}

/** Each case gets a new folder. */
export const FOLDER_CASES: readonly Case<CheckpointFolder>[] = [
  {
    name: "is empty before it is created",
    act: async (folder) => [await folder.names(), await newestSummary(folder)],
    expected: [[], null],
  },
  {
    name: "keeps the newest three, and the last one of a finished run",
    async act(folder) {
      await keep(folder, 1, 2, 3, 4);
      const before = await stepsIn(folder);
      await keepCheckpoint(folder, madeCheckpoint(5, { isFinished: true }));
      return [before, await stepsIn(folder)];
    },
    expected: [[2, 3, 4], [5]],
  },
  {
    name: "gives back every bit of several pieces, and the size that it said",
    async act(folder) {
      const made = madeCheckpoint(7, {}, LARGE);
      const { bytes } = await keepCheckpoint(folder, made);
      const { checkpoint } = await newestCheckpoint(folder);
      const [name = ""] = await folder.names();
      const read = packTree(checkpoint).tensors;
      const isSame = packTree(made).tensors.every((tensor, index) =>
        tensor.every((value, at) => Object.is(value, read[index]?.[at])),
      );
      return [isSame, (await folder.open(name)).sizeBytes === bytes];
    },
    expected: [true, true],
  },
  {
    name: "ignores a file that was not completed, and can begin it again",
    async act(folder) {
      await keep(folder, 1);
      const file = await folder.create("000002-step-2.checkpoint", 100);
      await file.append(new Uint8Array(4096).fill(9));
      const found = (await newestCheckpoint(folder)).checkpoint?.summary.step;
      await file.abandon();
      await keep(folder, 2);
      return [found, await stepsIn(folder), (await newestSummary(folder))?.step];
    },
    expected: [1, [1, 2], 2],
  },
  {
    name: "leaves nothing of a file that was abandoned",
    async act(folder) {
      const file = await folder.create("000001-step-1.checkpoint", 100);
      await file.append(new Uint8Array(4096));
      await file.abandon();
      return stepsIn(folder);
    },
    expected: [],
  },
  {
    name: "takes the one before when the newest is removed",
    async act(folder) {
      await keep(folder, 1, 2);
      await folder.remove("000002-step-2.checkpoint");
      return [await stepsIn(folder), (await newestSummary(folder))?.step];
    },
    expected: [[1], 1],
  },
];

/** Each case gets new storage. */
export const STORAGE_CASES: readonly Case<WritableFolders>[] = [
  {
    name: "lists runs with their pins, and forgets both",
    async act(folders) {
      await folders.pin("b", true);
      await keepCheckpoint(folders.folder("a"), madeCheckpoint(1, { runId: "a" }));
      await keepCheckpoint(folders.folder("b"), madeCheckpoint(2, { runId: "b" }));
      const stored = await storedRuns(folders);
      await folders.pin("b", false);
      await folders.discard("a");
      await folders.discard("nothing");
      return [
        stored
          .map(({ runId, bytes, isPinned }) => [runId, bytes > 12_000, isPinned])
          .toSorted(([one], [other]) => String(one).localeCompare(String(other))),
        unfinishedRuns(stored).map(({ runId }) => runId),
        await folders.ids(),
        await folders.isPinned("b"),
        await folders.folder("a").names(),
      ];
    },
    expected: [
      [
        ["a", true, false],
        ["b", true, true],
      ],
      ["b", "a"],
      ["b"],
      false,
      [],
    ],
  },
];
