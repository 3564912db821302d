/**
 * Settings in the address: `?tab=race&recipe=one-minute&middleRepeats=3`, with only the values that differ from the recipe. A
 * link is untrusted input: every value is checked, invalid ones are reported and the rest is used. Tracking parameters are
 * neither reported nor passed on.
 */
import { formatSetting, isSettingKey, parseSetting, SETTING_KEYS } from "../../settings/fields.ts";
import { RECIPES, recipeById } from "../../settings/recipes/registry.ts";
import type { SettingKey, Settings } from "../../settings/settings.ts";
import { DEFAULT_TAB, isTabId, TAB_IDS, type TabId } from "../page/viewState.ts";
import { DEFAULT_RECIPE_ID, differingKeys, isRecipeId, type LinkProblem } from "./settingsState.ts";

const RECIPE = "recipe";
const TAB = "tab";

export interface LinkContent {
  readonly tab: TabId;
  readonly recipeId: string;
  readonly values: Settings;
  readonly problems: readonly LinkProblem[];
}

/** Tells whether this file handles a parameter of the address. */
function isLinkParameter(parameter: string): boolean {
  return parameter === RECIPE || parameter === TAB || isSettingKey(parameter);
}

/** Parameters with a letter and a dot in front belong to a tab, which checks them when it opens. */
export function isTabParameter(parameter: string): boolean {
  return /^[a-z][.]/.test(parameter);
}

/** Known foreign names that consist of letters only: click ids and referrers. */
const FOREIGN_WORDS =
  /^(.*(id|braid)|igsh|ref(err?er|src)?|source|src|via|from|campaign|medium|aff|affiliate|partner|share|si|spm|trk|epik)$/i;

/**
 * Tells whether a parameter is for tracking (`fbclid`, `utm_source`, `_ga`) and not a misspelt one of ours. Our names consist
 * of letters only, and tracking names mostly do not.
 */
export function isForeignParameter(parameter: string): boolean {
  if (isLinkParameter(parameter) || isTabParameter(parameter)) return false;
  if (nearestName(parameter) !== undefined) return false;
  return !/^[a-z]+$/i.test(parameter) || FOREIGN_WORDS.test(parameter);
}

/** Returns the intended name for one with other capitals or hyphens, or with one or two wrong letters. */
function nearestName(parameter: string): string | undefined {
  const plain = plainName(parameter);
  return [RECIPE, TAB, ...SETTING_KEYS].find((name) => {
    const other = plainName(name);
    if (plain === other) return true;
    const isLong = Math.min(plain.length, other.length) > 5;
    return plain.length > 3 && editDistance(plain, other) <= (isLong ? 2 : 1);
  });
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, "");
}

/** Counts the letters to insert, delete or replace. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** Links that were copied from a page's source have `&amp;` between their parameters. */
function parametersOf(search: string): readonly (readonly [name: string, text: string])[] {
  return [...new URLSearchParams(search.replaceAll("&amp;", "&"))];
}

/** Returns the query for these settings: `""` or a text starting with `?`. It is empty for the unchanged default recipe. */
export function encodeLink(recipeId: string, values: Settings, tab: TabId = DEFAULT_TAB): string {
  const query = new URLSearchParams();
  if (tab !== DEFAULT_TAB) query.set(TAB, tab);
  const changed = differingKeys(recipeById(recipeId).settings, values);
  if (recipeId !== DEFAULT_RECIPE_ID || changed.length > 0) query.set(RECIPE, recipeId);
  for (const key of changed) query.set(key, formatSetting(key, values[key]));
  // Commas are legal in a query and more readable than %2C.
  const text = query.toString().replaceAll("%2C", ",");
  return text === "" ? "" : `?${text}`;
}

export function decodeLink(search: string): LinkContent {
  const parameters = parametersOf(search);
  const first = (name: string) => parameters.find(([parameter]) => parameter === name)?.[1] ?? null;
  const problems: LinkProblem[] = [];
  const recipeId = recipeFrom(first(RECIPE), problems);
  const tab = tabFrom(first(TAB), problems);
  let values = recipeById(recipeId).settings;
  const seen = new Map<string, string>();
  for (const [parameter, text] of parameters) {
    if (isForeignParameter(parameter)) continue;
    const before = seen.get(parameter);
    if (before !== undefined) {
      if (before !== text)
        problems.push({ parameter, text, reason: "It is there twice; the first one counts." });
    } else if (parameter !== RECIPE && parameter !== TAB && !isTabParameter(parameter)) {
      values = withParameter(values, parameter, text, problems);
    }
    if (before === undefined) seen.set(parameter, text);
  }
  return { tab, recipeId, values, problems };
}

function tabFrom(id: string | null, problems: LinkProblem[]): TabId {
  if (id === null) return DEFAULT_TAB;
  if (isTabId(id)) return id;
  const reason = `No tab has this name; there are ${TAB_IDS.join(", ")}.`;
  problems.push({ parameter: TAB, text: id, reason });
  return DEFAULT_TAB;
}

function recipeFrom(id: string | null, problems: LinkProblem[]): string {
  if (id === null) return DEFAULT_RECIPE_ID;
  if (isRecipeId(id)) return id;
  const ids = RECIPES.map((recipe) => recipe.id).join(", ");
  problems.push({
    parameter: RECIPE,
    text: id,
    reason: `No recipe has this id; there are ${ids}.`,
  });
  return DEFAULT_RECIPE_ID;
}

function withParameter(
  values: Settings,
  parameter: string,
  text: string,
  problems: LinkProblem[],
): Settings {
  if (!isSettingKey(parameter)) {
    const meant = nearestName(parameter);
    const hint = meant === undefined ? "." : `; perhaps ${meant} was meant.`;
    problems.push({ parameter, text, reason: `No setting has this name${hint}` });
    return values;
  }
  try {
    return { ...values, [parameter]: parseSetting<SettingKey>(parameter, text) };
  } catch (error) {
    problems.push({
      parameter,
      text,
      reason: error instanceof Error ? error.message : String(error),
    });
    return values;
  }
}
