/**
 * The names in a link. A setting has two: its own, and a short one for links that are copied, which is unique and can be guessed:
 * `mr` for `middleRepeats`, `con` for `convolution`.
 */
import { isSettingKey, SETTING_KEYS } from "../../settings/fields.ts";
import type { SettingKey } from "../../settings/settings.ts";
import type { LinkedControl } from "./restrictions.ts";

export const RECIPE = "recipe";
export const TAB = "tab";
export const LOCK = "lock";
export const HIDE = "hide";
export const OPEN = "open";
export const BY = "by";
const OWN_NAMES = [RECIPE, TAB, LOCK, HIDE, OPEN, BY] as const;
/** `v2` names the version of the link, and its value is the recipe. */
const VERSION_NAME = /^v(\d{1,9})$/;

/** Returns the initials of a name of several words, and the first letters of one word. */
export function shortName(key: SettingKey): string {
  const capitals = key.replace(/[^A-Z]/g, "");
  if (capitals !== "") return `${key.charAt(0)}${capitals}`.toLowerCase();
  return key.length > 4 ? key.slice(0, 3) : key;
}

const BY_SHORT_NAME = new Map<string, SettingKey>(SETTING_KEYS.map((key) => [shortName(key), key]));

/** Returns the number in the name of the parameter that gives a link's version; `null` for other parameters. */
export function versionIn(parameter: string): number | null {
  const number = VERSION_NAME.exec(parameter)?.[1];
  return number === undefined ? null : Number(number);
}

/** Returns the full name for a short one, and any other text unchanged. */
export function fullName(name: string): string {
  return BY_SHORT_NAME.get(name) ?? name;
}

/** `null` for a name that no control has. */
export function controlNamed(name: string): LinkedControl | null {
  const full = fullName(name);
  return full === RECIPE || isSettingKey(full) ? full : null;
}

/** Tells whether a link may have this parameter. */
function isLinkParameter(parameter: string): boolean {
  return (
    isSettingKey(fullName(parameter)) ||
    versionIn(parameter) !== null ||
    OWN_NAMES.some((name) => name === parameter)
  );
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
 * of letters only, except that of the version, and tracking names mostly do not.
 */
export function isForeignParameter(parameter: string): boolean {
  if (isLinkParameter(parameter) || isTabParameter(parameter)) return false;
  if (nearestName(parameter) !== undefined) return false;
  return !/^[a-z]+$/i.test(parameter) || FOREIGN_WORDS.test(parameter);
}

/** Returns the intended name for one with other capitals or hyphens, or with one or two wrong letters. */
export function nearestName(parameter: string): string | undefined {
  const plain = plainName(parameter);
  return [...OWN_NAMES, ...SETTING_KEYS].find((name) => {
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
