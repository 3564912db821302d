/**
 * The settings as the controls show them: the last valid value of each, the text of those that are currently invalid, and the
 * recipe they came from. Pure functions; setting a field never throws.
 */
import type { DataSetName } from "../../core/dataSet.ts";
import type { SerializedError } from "../../core/errors.ts";
import { applies } from "../../settings/applies.ts";
import { FIELDS, parseSetting, SETTING_KEYS } from "../../settings/fields.ts";
import { RECIPES, recipeById } from "../../settings/recipes/registry.ts";
import type { SettingKey, Settings } from "../../settings/settings.ts";
import { NO_RESTRICTIONS, type Restrictions } from "./restrictions.ts";

/** An invalid text in a field, and what is wrong with it. */
export interface Draft {
  readonly text: string;
  readonly problem: string;
}

/** A part of a link that was not used, and why. */
export interface LinkProblem {
  /** Empty when nothing of the link was used. */
  readonly parameter: string;
  readonly text: string;
  readonly reason: string;
}

export interface SettingsState {
  readonly recipeId: string;
  /** Always valid. */
  readonly values: Settings;
  readonly drafts: { readonly [K in SettingKey]?: Draft };
  /** The parts of a link that were invalid. */
  readonly linkProblems: readonly LinkProblem[];
  /** What the link that opened the page locks and hides. */
  readonly restrictions: Restrictions;
}

export const DEFAULT_RECIPE_ID = "one-minute";

export function initialSettings(): SettingsState {
  return recipeSettings(DEFAULT_RECIPE_ID);
}

/** @throws PlaygroundError for an unknown recipe, which no menu offers. */
export function recipeSettings(recipeId: string): SettingsState {
  return {
    recipeId,
    values: recipeById(recipeId).settings,
    drafts: {},
    linkProblems: [],
    restrictions: NO_RESTRICTIONS,
  };
}

/**
 * Returns the settings after a change, with every locked setting as it was before. Every change of the settings passes through
 * here, so no control needs to know what is locked. While the recipe is locked, another recipe changes nothing.
 */
export function withinLocks(before: SettingsState, after: SettingsState): SettingsState {
  const { restrictions } = before;
  const { locked } = restrictions;
  if (locked.includes("recipe") && after.recipeId !== before.recipeId) return before;
  const kept: { -readonly [K in SettingKey]?: Settings[K] } = {};
  const keep = <K extends SettingKey>(key: K): void => {
    kept[key] = before.values[key];
  };
  for (const key of locked) if (key !== "recipe") keep(key);
  return { ...withValues(after, kept), restrictions };
}

/** Returns the state with the settings of an earlier run, which are valid. */
export function restoredSettings(
  state: SettingsState,
  recipeId: string,
  values: Settings,
): SettingsState {
  return {
    ...state,
    recipeId: isRecipeId(recipeId) ? recipeId : state.recipeId,
    values,
    drafts: {},
  };
}

/** Returns the state after a field's text was typed or chosen, valid or not. */
export function withText(state: SettingsState, key: SettingKey, text: string): SettingsState {
  try {
    return withValue(state, key, parseSetting(key, text));
  } catch (error) {
    const problem = problemOf(FIELDS[key].label, error);
    return { ...state, drafts: { ...state.drafts, [key]: { text, problem } } };
  }
}

/** Returns the state with a value known to be valid, as from a slider or a switch. */
export function withValue<K extends SettingKey>(
  state: SettingsState,
  key: K,
  value: Settings[K],
): SettingsState {
  const { [key]: _settled, ...drafts } = state.drafts;
  if (sameValue(state.values[key], value) && state.drafts[key] === undefined) return state;
  return { ...state, values: { ...state.values, [key]: value }, drafts };
}

/** Returns the state with several values known to be valid. */
export function withValues(state: SettingsState, changes: Partial<Settings>): SettingsState {
  const drafts = Object.fromEntries(
    Object.entries(state.drafts).filter(([key]) => !Object.hasOwn(changes, key)),
  );
  return { ...state, values: { ...state.values, ...changes }, drafts };
}

/** Resets one setting to the recipe's value. */
export function asInRecipe(state: SettingsState, key: SettingKey): SettingsState {
  return withValue(state, key, recipeById(state.recipeId).settings[key]);
}

/** Explains why files of another data set are not taken. */
export function dataSetLocked(dataSet: DataSetName): SerializedError {
  const message = `Data set: the link to this page has locked it; expected ${dataSet}. Ask whoever made the link.`;
  return { code: "setting.invalid", message, context: { setting: "dataSet" } };
}

/** Returns the settings that differ from the recipe's, in the order of the table. */
export function changedFromRecipe(state: SettingsState): readonly SettingKey[] {
  return differingKeys(recipeById(state.recipeId).settings, state.values);
}

export function differingKeys(a: Settings, b: Settings): readonly SettingKey[] {
  return SETTING_KEYS.filter((key) => !sameValue(a[key], b[key]));
}

/** Returns the labels of the fields whose text is invalid. Fields that currently do not apply are ignored. */
export function invalidFields(state: SettingsState): readonly string[] {
  return SETTING_KEYS.filter(
    (key) => state.drafts[key] !== undefined && applies(key, state.values),
  ).map((key) => FIELDS[key].label);
}

export function isRecipeId(id: string): boolean {
  return RECIPES.some((recipe) => recipe.id === id);
}

function sameValue(a: Settings[SettingKey], b: Settings[SettingKey]): boolean {
  return String(a) === String(b);
}

/** Errors name the control first. Beside the control, that name is left out. */
export function problemOf(label: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const rest = message.startsWith(`${label}: `) ? message.slice(label.length + 2) : message;
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}
