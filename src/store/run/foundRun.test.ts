import { expect, test } from "vitest";
import { madeCheckpoint } from "../../checkpoint/madeCheckpoint.ts";
import { foundText } from "./foundRun.ts";

test("a run that was found is named, with its step and its age", () => {
  const { summary } = madeCheckpoint(412, { recipe: "notebook", totalSteps: 1874 });
  expect(foundText(summary, summary.savedAt + 180_000)).toMatch(
    /^The notebook.*, step 412 of 1,874, 3 min.* ago[.]$/,
  );
  expect(foundText({ ...summary, recipe: "gone" }, summary.savedAt)).toBe(
    "A run, step 412 of 1,874, less than a minute ago.",
  );
});
