/** Says in sentences what a link contains, what it has locked and what that prevents. Pure functions. */
import { FIELDS, formatSetting } from "../../settings/fields.ts";
import { recipeById } from "../../settings/recipes/registry.ts";
import type { SettingKey, Settings } from "../../settings/settings.ts";
import { DEFAULT_TAB, type DialogId, type TabId } from "../page/viewState.ts";
import type { LinkContent } from "./link.ts";
import { LINKED_CONTROLS, type LinkedControl, labelOf, type Restrictions } from "./restrictions.ts";
import { differingKeys, type SettingsState } from "./settingsState.ts";

/** More names than this are only counted. */
const MAX_NAMES = 6;

export const DIALOG_TITLES: Readonly<Record<DialogId, string>> = {
  help: "Help",
  export: "Export",
  architecture: "Architecture",
  look: "Look at the data",
  model: "Open a model",
};

/** Says in one sentence who has locked and hidden what; `null` when nothing is. */
export function restrictionWords({ locked, hidden, by }: Restrictions): string | null {
  const parts = [
    ...(locked.length > 0 ? [`locked ${listOf(locked)}`] : []),
    ...(hidden.length > 0 ? [`hidden ${listOf(hidden)}`] : []),
  ];
  if (parts.length === 0) return null;
  return `${ownerOf(by)} has ${parts.join(" and ")}.`;
}

/** Says what a link contains, one sentence for each part. */
export function linkWords(content: Omit<LinkContent, "problems">): readonly string[] {
  const { recipeId, values, tab, dialog, restrictions } = content;
  const recipe = recipeById(recipeId);
  const changed = differingKeys(recipe.settings, values);
  const { locked, hidden, by } = restrictions;
  return [
    `The recipe "${recipe.title}"${changed.length === 0 ? " as it is." : ", with:"}`,
    ...changed.map(
      (key) => `${valueWords(key, values)} (the recipe: ${shownValue(key, recipe.settings)})`,
    ),
    ...(tab === DEFAULT_TAB ? [] : [`It opens the tab ${titleOf(tab)}.`]),
    ...(dialog === null ? [] : [`It opens the dialog "${DIALOG_TITLES[dialog]}".`]),
    ...(locked.length === 0 ? [] : [`It locks ${listOf(locked)}.`]),
    ...(hidden.length === 0 ? [] : [`It hides ${listOf(hidden)}.`]),
    ...(by === "" ? [] : [`It says that it comes from ${by}.`]),
  ];
}

/**
 * Says that one of these networks has another value of a locked setting, so that neither a race nor an experiment trains with
 * it; `null` when none has.
 */
export function lockedDifference(
  { values, restrictions }: SettingsState,
  others: readonly { readonly settings: Settings }[],
): string | null {
  for (const key of restrictions.locked) {
    if (key === "recipe") continue;
    const own = formatSetting(key, values[key]);
    if (others.some(({ settings }) => formatSetting(key, settings[key]) !== own))
      return `${ownerOf(restrictions.by)} has locked ${FIELDS[key].label}, and a network of these has another value. Choose networks that differ in something else.`;
  }
  return null;
}

/** Tabs are titled as they are named. */
export function titleOf(tab: TabId): string {
  return `${tab.charAt(0).toUpperCase()}${tab.slice(1)}`;
}

function ownerOf(by: string): string {
  return by === "" ? "The link to this page" : `The link to this page, by ${by},`;
}

function listOf(controls: readonly LinkedControl[]): string {
  if (LINKED_CONTROLS.every((control) => controls.includes(control))) return "all controls";
  if (controls.length > MAX_NAMES) return `${controls.length} controls`;
  const labels = controls.map(labelOf);
  const last = labels.pop() ?? "";
  return labels.length === 0 ? last : `${labels.join(", ")} and ${last}`;
}

function valueWords(key: SettingKey, values: Settings): string {
  return `${FIELDS[key].label}: ${shownValue(key, values)}`;
}

/** Writes a value as its control shows it. */
export function shownValue(key: SettingKey, values: Settings): string {
  const field = FIELDS[key];
  const text = formatSetting(key, values[key]);
  if (field.kind !== "choice") return text;
  return field.options.find(({ value }) => value === text)?.label ?? text;
}
