/**
 * Settings in the address: `?tab=race&recipe=one-minute&middleRepeats=3`, only what differs from the recipe. A link
 * is input from outside: every value is checked, what does not pass is reported and the rest is used.
 */
import { formatSetting, isSettingKey, parseSetting } from "../spec/fields.ts";
import { RECIPES, recipeById } from "../spec/recipes/registry.ts";
import type { SettingKey, Settings } from "../spec/settings.ts";
import { DEFAULT_RECIPE_ID, differingKeys, isRecipeId, type LinkProblem } from "./settingsState.ts";
import { DEFAULT_TAB, isTabId, TAB_IDS, type TabId } from "./viewState.ts";

const RECIPE = "recipe";
const TAB = "tab";

export interface LinkContent {
  readonly tab: TabId;
  readonly recipeId: string;
  readonly values: Settings;
  readonly problems: readonly LinkProblem[];
}

/** Whether a parameter of the address is one of this file's. */
export function isLinkParameter(parameter: string): boolean {
  return parameter === RECIPE || parameter === TAB || isSettingKey(parameter);
}

/** Parameters with a letter and a dot in front belong to a tab, which checks them when it opens. */
function isTabParameter(parameter: string): boolean {
  return /^[a-z][.]/.test(parameter);
}

/** The query for these settings, `""` or starting with `?`; the default recipe as it is has an empty one. */
export function encodeLink(recipeId: string, values: Settings, tab: TabId = DEFAULT_TAB): string {
  const query = new URLSearchParams();
  if (tab !== DEFAULT_TAB) query.set(TAB, tab);
  const changed = differingKeys(recipeById(recipeId).settings, values);
  if (recipeId !== DEFAULT_RECIPE_ID || changed.length > 0) query.set(RECIPE, recipeId);
  for (const key of changed) query.set(key, formatSetting(key, values[key]));
  // Commas are legal in a query and read better than %2C.
  const text = query.toString().replaceAll("%2C", ",");
  return text === "" ? "" : `?${text}`;
}

export function decodeLink(search: string): LinkContent {
  const query = new URLSearchParams(search);
  const problems: LinkProblem[] = [];
  const recipeId = recipeFrom(query.get(RECIPE), problems);
  const tab = tabFrom(query.get(TAB), problems);
  let values = recipeById(recipeId).settings;
  const seen = new Set<string>();
  for (const [parameter, text] of query) {
    if (seen.has(parameter)) {
      problems.push({ parameter, text, reason: "It is there twice; the first one counts." });
    } else if (parameter !== RECIPE && parameter !== TAB && !isTabParameter(parameter)) {
      values = withParameter(values, parameter, text, problems);
    }
    seen.add(parameter);
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
    problems.push({ parameter, text, reason: "No setting has this name." });
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
