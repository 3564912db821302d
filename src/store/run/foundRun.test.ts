import { expect, test } from "vitest";
import { madeCheckpoint } from "../../checkpoint/madeCheckpoint.ts";
import { foundText, goesNextText, ownFilesText } from "./foundRun.ts";

test("a run that was found is named, with its step and its age", () => {
  const { summary } = madeCheckpoint(412, { recipe: "notebook", totalSteps: 1874 });
  expect(foundText(summary, summary.savedAt + 180_000)).toMatch(
    /^The notebook.*, step 412 of 1,874, 3 min.* ago[.]$/,
  );
  expect(foundText({ ...summary, recipe: "gone" }, summary.savedAt)).toBe(
    "A run, step 412 of 1,874, less than a minute ago.",
  );
});

test("a run on a person's own files asks for them, and for others when these are not the ones", () => {
  const { summary } = madeCheckpoint(1, { ownFiles: "abc" });
  const [lane] = summary.lanes;
  if (lane === undefined) throw new Error("a run has a network");
  const own = { ...lane, settings: { ...lane.settings, dataSet: "arrays" as const } };
  const found = { ...summary, lanes: [own] };
  const description = (checksum: string) => ({
    ...{ id: "arrays" as const, title: "", classes: [], numTrain: 1, numTest: 1, height: 1 },
    ...{ width: 1, channels: 1 as const, sizeBytes: 1, numShards: 1, fallbackReason: "" },
    own: { files: [], notes: [], trainCounts: [], testCounts: [], checksum },
  });
  const chosen = (checksum: string) => ({
    chosen: { arrays: { files: [], description: description(checksum) } },
  });
  expect(ownFilesText(summary, { chosen: {} })).toBe("");
  expect(ownFilesText(found, { chosen: {} })).toMatch(/Choose the same files again/);
  expect(ownFilesText(found, chosen("abc"))).toBe("");
  expect(ownFilesText(found, chosen("abd"))).toMatch(/are not those that it began with/);
});

test("the runs whose checkpoints go next are named", () => {
  const { summary } = madeCheckpoint(5, { recipe: "notebook" });
  const run = { runId: "a", bytes: 1, isPinned: false, isNewer: false };
  const words = (runs: Parameters<typeof goesNextText>[0]) =>
    goesNextText(runs, 2e9, summary.savedAt);
  expect(words([])).toBeNull();
  expect(words([{ ...run, summary }])).toMatch(/^The next .*[(]The notebook.*step 5 .*2.* GB.*Pin/);
  expect(
    words([
      { ...run, summary: null },
      { ...run, summary },
    ]),
  ).toMatch(/and those of 1 more/);
});
