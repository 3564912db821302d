/**
 * Tells whether a setting has an effect, given the others. Controls without effect are hidden, and the terminal refuses them.
 */
import { FIELDS, type FieldCondition, SETTING_KEYS } from "./fields.ts";
import type { SettingKey, Settings } from "./settings.ts";

export function applies(key: SettingKey, values: Settings): boolean {
  const conditions = FIELDS[key].appliesWhen;
  return (
    conditions === undefined ||
    conditions.some((condition) => SETTING_KEYS.every((other) => holds(condition, other, values)))
  );
}

function holds<K extends SettingKey>(condition: FieldCondition, key: K, values: Settings): boolean {
  const allowed: FieldCondition[K] = condition[key];
  if (allowed === undefined) return true;
  const value = values[key];
  if ("above" in allowed) return typeof value === "number" && value > allowed.above;
  return "not" in allowed ? value !== allowed.not : allowed.includes(value);
}
