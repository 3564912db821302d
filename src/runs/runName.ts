/** Names a run by its recipe and what differs from it. Pure functions. */
import { applies } from "../settings/applies.ts";
import { formatSetting, SETTING_KEYS } from "../settings/fields.ts";
import { RECIPES } from "../settings/recipes/registry.ts";
import type { SettingKey, Settings } from "../settings/settings.ts";
import { settingText } from "../settings/settingText.ts";

/** The number of differences that a name states. */
const MOST_NAMED = 3;

/** Returns the recipe's title, or its id when this program has no such recipe. */
export function recipeTitle(recipeId: string): string {
  return RECIPES.find(({ id }) => id === recipeId)?.title ?? recipeId;
}

/** Returns the settings that differ from the recipe's and have an effect, in the order of the table. */
export function changesOf(recipeId: string, settings: Settings): readonly SettingKey[] {
  const recipe = RECIPES.find(({ id }) => id === recipeId)?.settings;
  if (recipe === undefined) return [];
  return SETTING_KEYS.filter(
    (key) =>
      formatSetting(key, recipe[key]) !== formatSetting(key, settings[key]) &&
      applies(key, settings),
  );
}

/** Writes `One minute on any computer: Width multiplier 0.5, Seed 2` */
export function runName(recipeId: string, settings: Settings): string {
  return nameOf(recipeId, settings, changesOf(recipeId, settings));
}

/** Names what runs have in common that differ in their seed alone. */
export function setUpName(recipeId: string, settings: Settings): string {
  const changes = changesOf(recipeId, settings).filter((key) => key !== "seed");
  return nameOf(recipeId, settings, changes);
}

function nameOf(recipeId: string, settings: Settings, changes: readonly SettingKey[]): string {
  const named = changes.slice(0, MOST_NAMED).map((key) => settingText(key, settings));
  const others = changes.length - named.length;
  const title = recipeTitle(recipeId);
  if (named.length === 0) return title;
  return `${title}: ${named.join(", ")}${others > 0 ? ` and ${others} more` : ""}`;
}
