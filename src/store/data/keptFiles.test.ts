import { beforeEach, expect, test, vi } from "vitest";
import { openKeptDatabase } from "../../checkpoint/keptDatabase.ts";
import type { DataSetDescription } from "../../core/dataSet.ts";
import { keepFiles, keptBytes, restoreFiles, tooLargeText } from "./keptFiles.ts";
import { noOwnData } from "./ownData.ts";

vi.mock("../../checkpoint/keptDatabase.ts");

const description: DataSetDescription = {
  ...{ id: "arrays", title: "Arrays", classes: ["a", "b"], numTrain: 4, numTest: 2, height: 2 },
  ...{ width: 2, channels: 1, sizeBytes: 9, numShards: 1, fallbackReason: "" },
};
const chosen = { files: [{ path: "X.npy", file: new File(["four"], "X.npy") }], description };

/** Stands in for the browser's database. A full one refuses what is put into it. */
function useDatabase({ isFull = false } = {}) {
  const stored = new Map<string, unknown>();
  const database = {
    get: async (_store: string, kind: string) => stored.get(kind),
    async put(_store: string, value: unknown, kind: string) {
      if (isFull) throw new DOMException("The disk is full.", "QuotaExceededError");
      stored.set(kind, value);
    },
    delete: async (_store: string, kind: string) => void stored.delete(kind),
  };
  vi.mocked(openKeptDatabase).mockResolvedValue(database as never);
  return stored;
}

const actions = { setKeptFiles: vi.fn(), restoreFiles: vi.fn(() => true) };

beforeEach(() => vi.clearAllMocks());

test("files are kept until they are forgotten, and come back", async () => {
  const stored = useDatabase();
  await keepFiles("arrays", chosen, actions);
  await restoreFiles(actions);
  expect(actions.restoreFiles).toHaveBeenCalledExactlyOnceWith("arrays", chosen);
  expect(stored.size).toBe(1);
  await keepFiles("arrays", undefined, actions);
  expect(stored.size).toBe(0);
});

test("kept files are forgotten when others were chosen before they came back", async () => {
  const stored = useDatabase();
  await keepFiles("arrays", chosen, actions);
  actions.restoreFiles.mockReturnValueOnce(false);
  await restoreFiles(actions);
  expect(stored.size).toBe(0);
});

test("a full disk keeps no files, and a sentence says what that means", async () => {
  useDatabase({ isFull: true });
  await keepFiles("arrays", chosen, actions);
  expect(actions.setKeptFiles.mock.lastCall).toEqual([
    "arrays",
    {
      isKept: false,
      problem:
        "They are not kept: The disk is full. Training goes on with them until a reload. Free space on the disk or leave the private window, then tick again.",
    },
  ]);
});

test("the room of kept files counts what is kept, and has a limit", () => {
  const state = { ...noOwnData(), chosen: { arrays: chosen, csv: chosen } };
  expect(keptBytes(state)).toBe(0);
  expect(keptBytes({ ...state, kept: { arrays: { isKept: true, problem: null } } })).toBe(4);
  const large = new File([], "X.npy");
  Object.defineProperty(large, "size", { value: 600_000_000 });
  const tooLarge = { description, files: [{ path: "X.npy", file: large }] };
  expect(tooLargeText(chosen)).toBeNull();
  expect(tooLargeText(tooLarge)).toBe(
    "They have 600 MB; at most 500 MB can be kept in this browser.",
  );
});
