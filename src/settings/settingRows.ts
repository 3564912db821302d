/** Lists settings for people: the names of their controls, and their values in words. */
import { applies } from "./applies.ts";
import { FIELDS, SETTING_KEYS } from "./fields.ts";
import type { Settings } from "./settings.ts";
import { valueText } from "./settingText.ts";

/** Leaves out settings that have no effect with the others. */
export function settingRows(settings: Settings): readonly (readonly [string, string])[] {
  return SETTING_KEYS.filter((key) => applies(key, settings)).map((key) => [
    FIELDS[key].label,
    valueText(key, settings),
  ]);
}
