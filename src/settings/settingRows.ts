/** Lists settings for people: the names of their controls, and their values in words. */
import { applies } from "./applies.ts";
import { FIELDS, formatSetting, SETTING_KEYS } from "./fields.ts";
import type { SettingKey, Settings } from "./settings.ts";

/** Leaves out settings that have no effect with the others. */
export function settingRows(settings: Settings): readonly (readonly [string, string])[] {
  return SETTING_KEYS.filter((key) => applies(key, settings)).map((key) => [
    FIELDS[key].label,
    valueText(key, settings[key]),
  ]);
}

function valueText<K extends SettingKey>(key: K, value: Settings[K]): string {
  const field = FIELDS[key];
  if (field.kind !== "choice") return formatSetting(key, value);
  return field.options.find((option) => option.value === value)?.label ?? String(value);
}
