/**
 * Settings in the address: `?v2=one-minute&mr=3&tab=race&lock=mr,lr`, with only the values that differ from the recipe. A link
 * is untrusted input: every value is checked, invalid ones are reported and the rest is used. It may give names short or in
 * full. Tracking parameters are neither reported nor passed on.
 *
 * Version 1 had no number: `?recipe=one-minute&middleRepeats=3`, with full names only.
 */
import { formatSetting, isSettingKey, parseSetting } from "../../settings/fields.ts";
import { RECIPES, recipeById } from "../../settings/recipes/registry.ts";
import type { SettingKey, Settings } from "../../settings/settings.ts";
import {
  DEFAULT_TAB,
  DIALOG_IDS,
  type DialogId,
  isDialogId,
  isTabId,
  TAB_IDS,
  type TabId,
} from "../page/viewState.ts";
import {
  BY,
  controlNamed,
  fullName,
  HIDE,
  isForeignParameter,
  isTabParameter,
  LOCK,
  nearestName,
  OPEN,
  RECIPE,
  shortName,
  TAB,
  versionIn,
} from "./linkNames.ts";
import {
  LINKED_CONTROLS,
  type LinkedControl,
  NO_RESTRICTIONS,
  type Restrictions,
} from "./restrictions.ts";
import { DEFAULT_RECIPE_ID, differingKeys, isRecipeId, type LinkProblem } from "./settingsState.ts";

const VERSION = 2;
/** No link that this page writes is as long as this. */
const MAX_CHARACTERS = 8000;
/** No value has as many characters as this. */
const MAX_VALUE_CHARACTERS = 400;
export const MAX_NAME_CHARACTERS = 40;
/** In `lock` and `hide`: all controls. */
const ALL = "*";

export interface LinkContent {
  readonly tab: TabId;
  /** The dialog that the link opens. */
  readonly dialog: DialogId | null;
  readonly recipeId: string;
  readonly values: Settings;
  readonly restrictions: Restrictions;
  readonly problems: readonly LinkProblem[];
}

/** Returns the query for a link: `""` or a text starting with `?`. It is empty for the unchanged default recipe. */
export function encodeLink(content: Omit<LinkContent, "problems">): string {
  const { tab, dialog, recipeId, values, restrictions } = content;
  const parts: string[] = [];
  const changed = differingKeys(recipeById(recipeId).settings, values);
  for (const key of changed)
    parts.push(`${shortName(key)}=${inQuery(formatSetting(key, values[key]))}`);
  if (tab !== DEFAULT_TAB) parts.push(`${TAB}=${tab}`);
  if (restrictions.locked.length > 0) parts.push(`${LOCK}=${namesOf(restrictions.locked)}`);
  if (restrictions.hidden.length > 0) parts.push(`${HIDE}=${namesOf(restrictions.hidden)}`);
  if (restrictions.by !== "") parts.push(`${BY}=${encodeURIComponent(restrictions.by)}`);
  if (dialog !== null) parts.push(`${OPEN}=${dialog}`);
  if (parts.length === 0 && recipeId === DEFAULT_RECIPE_ID) return "";
  return `?${[`v${VERSION}=${recipeId}`, ...parts].join("&")}`;
}

/** Layers of opened models have any names. Commas and slashes may stand in a query as they are, and are easier to read so. */
function inQuery(text: string): string {
  return encodeURIComponent(text).replaceAll("%2C", ",").replaceAll("%2F", "/");
}

/** Never throws: what is invalid is in `problems`, and the default takes its place. */
export function decodeLink(search: string): LinkContent {
  if (search.length > MAX_CHARACTERS)
    return unused(`It has ${search.length} characters, and at most ${MAX_CHARACTERS} are read.`);
  const given = parametersOf(search);
  const version = given.map(([name]) => versionIn(name)).find((number) => number !== null) ?? 1;
  if (version > VERSION)
    return unused(
      `A newer version of this page made it: ${version}, and this page reads up to ${VERSION}. Load the page again, or ask for another link.`,
    );
  const problems: LinkProblem[] = [];
  const texts = new Map<string, string>();
  for (const [name, text] of version === 1 ? given : given.map(inFull)) {
    if (isForeignParameter(name) || isTabParameter(name)) continue;
    const before = texts.get(name);
    if (text.length > MAX_VALUE_CHARACTERS)
      report(problems, name, text, `It has ${text.length} characters; no value is that long.`);
    else if (before === undefined) texts.set(name, text);
    else if (before !== text)
      report(problems, name, text, "It is there twice; the first one counts.");
  }
  const recipeId = recipeFrom(taken(texts, RECIPE), problems);
  const tab = tabFrom(taken(texts, TAB), problems);
  const dialog = dialogFrom(taken(texts, OPEN), problems);
  const restrictions = {
    locked: controlsFrom(LOCK, taken(texts, LOCK), problems),
    hidden: controlsFrom(HIDE, taken(texts, HIDE), problems),
    by: nameFrom(taken(texts, BY), problems),
  };
  let values = recipeById(recipeId).settings;
  for (const [name, text] of texts) values = withParameter(values, name, text, problems);
  return { tab, dialog, recipeId, values, restrictions, problems };
}

/** Returns the default for a link of which nothing can be used. */
function unused(reason: string): LinkContent {
  return {
    tab: DEFAULT_TAB,
    dialog: null,
    recipeId: DEFAULT_RECIPE_ID,
    values: recipeById(DEFAULT_RECIPE_ID).settings,
    restrictions: NO_RESTRICTIONS,
    problems: [{ parameter: "", text: "", reason }],
  };
}

/** Links that were copied from a page's source have `&amp;` between their parameters. */
function parametersOf(search: string): readonly (readonly [name: string, text: string])[] {
  return [...new URLSearchParams(search.replaceAll("&amp;", "&"))];
}

/** Returns a parameter of this version under its name of version 1. */
function inFull([name, text]: readonly [string, string]): readonly [string, string] {
  return [versionIn(name) === null ? fullName(name) : RECIPE, text];
}

/** Removes a parameter, so that what is left at the end is settings. */
function taken(texts: Map<string, string>, name: string): string | null {
  const text = texts.get(name) ?? null;
  texts.delete(name);
  return text;
}

function report(problems: LinkProblem[], parameter: string, text: string, reason: string): void {
  problems.push({ parameter: clipped(parameter), text: clipped(text), reason });
}

function clipped(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

function tabFrom(id: string | null, problems: LinkProblem[]): TabId {
  if (id === null) return DEFAULT_TAB;
  if (isTabId(id)) return id;
  report(problems, TAB, id, `No tab has this name; there are ${TAB_IDS.join(", ")}.`);
  return DEFAULT_TAB;
}

function dialogFrom(id: string | null, problems: LinkProblem[]): DialogId | null {
  if (id === null || isDialogId(id)) return id;
  report(problems, OPEN, id, `No dialog has this name; there are ${DIALOG_IDS.join(", ")}.`);
  return null;
}

function recipeFrom(id: string | null, problems: LinkProblem[]): string {
  if (id === null) return DEFAULT_RECIPE_ID;
  if (isRecipeId(id)) return id;
  const ids = RECIPES.map((recipe) => recipe.id).join(", ");
  report(problems, RECIPE, id, `No recipe has this id; there are ${ids}.`);
  return DEFAULT_RECIPE_ID;
}

function namesOf(controls: readonly LinkedControl[]): string {
  if (LINKED_CONTROLS.every((control) => controls.includes(control))) return ALL;
  return controls.map((name) => (name === RECIPE ? name : shortName(name))).join(",");
}

function controlsFrom(
  parameter: string,
  text: string | null,
  problems: LinkProblem[],
): readonly LinkedControl[] {
  if (text === ALL) return LINKED_CONTROLS;
  const controls = new Set<LinkedControl>();
  for (const name of text?.split(",") ?? []) {
    const control = controlNamed(name.trim());
    if (control !== null) controls.add(control);
    else report(problems, parameter, name, `No control has this name${hintFor(name)}`);
  }
  return [...controls];
}

function nameFrom(text: string | null, problems: LinkProblem[]): string {
  const name = cleanName(text ?? "");
  if (name.length <= MAX_NAME_CHARACTERS) return name;
  report(problems, BY, name, `A name has at most ${MAX_NAME_CHARACTERS} characters.`);
  return "";
}

/** Replaces what has no picture of its own: controls, marks of direction, halves of a character. */
export function cleanName(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\s]+/gu, " ").trim();
}

function hintFor(name: string): string {
  const meant = nearestName(name);
  return meant === undefined ? "." : `; perhaps ${meant} was meant.`;
}

function withParameter(
  values: Settings,
  name: string,
  text: string,
  problems: LinkProblem[],
): Settings {
  if (!isSettingKey(name)) {
    report(problems, name, text, `No setting has this name${hintFor(name)}`);
    return values;
  }
  try {
    return { ...values, [name]: parseSetting<SettingKey>(name, text) };
  } catch (error) {
    report(problems, name, text, error instanceof Error ? error.message : String(error));
    return values;
  }
}
