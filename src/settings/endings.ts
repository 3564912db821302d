/** Which settings end a run before its length, for pages and programs where they do not apply. Pure functions. */
import { FIELDS } from "./fields.ts";
import type { Settings } from "./settings.ts";

const ENDS = ["timeLimit", "stopAccuracy", "patience", "restoreBest"] as const;

/** Says which of the settings do not apply to networks that are compared; empty when none of them is set. */
export function unusedEndsText(settings: Settings): string {
  const set = ENDS.filter((key) => settings[key] !== 0 && settings[key] !== false);
  if (set.length === 0) return "";
  const labels = set.map((key) => FIELDS[key].label).join(", ");
  return `Not used here: ${labels}. All networks train to the last step.`;
}
