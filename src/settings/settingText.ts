/** Writes values of settings as people read them. Pure functions. */
import { FIELDS, formatSetting } from "./fields.ts";
import type { SettingKey, Settings } from "./settings.ts";

/** Writes the value alone, a choice by its label: `3`, `off`, `Pointwise first`. */
export function valueText(key: SettingKey, settings: Settings): string {
  const field = FIELDS[key];
  const text = formatSetting(key, settings[key]);
  const option =
    field.kind === "choice" ? field.options.find(({ value }) => value === text) : undefined;
  const others = field.kind === "choice" ? field.others : undefined;
  if (key === "cutLayer") return option?.label ?? text;
  return option?.label ?? (others?.has(text) === true ? others.label : text);
}

/** Writes a value with its label: `Middle-flow repeats 3`, `Residual connections off` */
export function settingText(key: SettingKey, settings: Settings): string {
  return `${FIELDS[key].label} ${valueText(key, settings)}`;
}
