/** Parses words and numbers of a command line. The errors list the valid choices. */
import { Option } from "@commander-js/extra-typings";
import { type Fault, PlaygroundError } from "../core/errors.ts";
import type { Recipe } from "../settings/recipes/recipe.ts";
import { RECIPES, recipeById } from "../settings/recipes/registry.ts";
import { didYouMean } from "./suggestion.ts";

/** `--set key=value`, for every command that takes settings. It may be repeated. */
export const SET_OPTION = new Option(
  "--set <key=value>",
  "any other setting, as often as needed",
).argParser((words: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  words,
]);

/** How a kind of name appears in an error: the words and the code when there is no such name. */
export interface NameRule extends Pick<Fault, "code" | "where" | "rule"> {}

export const ENGINE_RULE: NameRule = {
  code: "engine.unavailable",
  where: "--engine",
  rule: "no engine has this name",
};

/** @throws PlaygroundError with the rule's code, the existing names and the most similar one. */
export function requireName<T extends string>(
  name: string,
  names: readonly T[],
  rule: NameRule,
): T {
  const found = names.find((candidate) => candidate === name);
  if (found !== undefined) return found;
  throw new PlaygroundError({
    ...rule,
    expected: `one of ${names.join(", ")}`,
    got: `"${name}"`,
    remedy: didYouMean(name, names) ?? "Choose one of these.",
  });
}

export function recipeNamed(id: string): Recipe {
  const ids = RECIPES.map((recipe) => recipe.id);
  const rule = "no recipe has this id";
  return recipeById(requireName(id, ids, { code: "setting.invalid", where: "Recipe", rule }));
}

/** @throws PlaygroundError `command.invalid` */
export function wholeNumberOf(
  where: string,
  text: string | undefined,
  min: number,
  max = 1_000_000_000,
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new PlaygroundError({
    code: "command.invalid",
    where,
    rule: "the value does not fit",
    expected: `a whole number from ${min} to ${max}`,
    got: `"${text}"`,
    remedy: "Correct it, or leave it out.",
  });
}
