import { expect, test } from "vitest";
import { unusedEndsText } from "./endings.ts";
import { oneMinute } from "./recipes/oneMinute.ts";

test("settings that end a run are named where all networks train to the last step", () => {
  expect(unusedEndsText(oneMinute.settings)).toBe("");
  expect(unusedEndsText({ ...oneMinute.settings, patience: 3, restoreBest: true })).toBe(
    "Not used here: Patience, Restore best weights. All networks train to the last step.",
  );
});
