/** What the link that opened the page locks and hides, as a teacher chose it. Pure functions. */
import { FIELDS, SETTING_KEYS } from "../../settings/fields.ts";
import type { SettingKey } from "../../settings/settings.ts";

/** A control that a link can lock or hide: that of a setting, or the menu of recipes. */
export type LinkedControl = SettingKey | "recipe";

export interface Restrictions {
  /** These keep the values that the link gave them. */
  readonly locked: readonly LinkedControl[];
  /** These are not rendered. */
  readonly hidden: readonly LinkedControl[];
  /** Who made the link, in their own words; empty when the link does not say. */
  readonly by: string;
}

export const NO_RESTRICTIONS: Restrictions = { locked: [], hidden: [], by: "" };

export const LINKED_CONTROLS: readonly LinkedControl[] = ["recipe", ...SETTING_KEYS];

export function labelOf(control: LinkedControl): string {
  return control === "recipe" ? "Recipe" : FIELDS[control].label;
}
