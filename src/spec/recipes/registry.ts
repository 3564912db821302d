/** All recipes, in the order of the menu. Adding one means one file and one line here. */
import { PlaygroundError } from "../../core/errors.ts";
import { notebook } from "./notebook.ts";
import { oneMinute } from "./oneMinute.ts";
import { paper } from "./paper.ts";
import type { Recipe } from "./recipe.ts";
import { transfer } from "./transfer.ts";
import { transferAsPrinted } from "./transferAsPrinted.ts";

export const RECIPES: readonly Recipe[] = [oneMinute, notebook, paper, transfer, transferAsPrinted];

/** @throws PlaygroundError `setting.invalid` for an id that no recipe has. */
export function recipeById(id: string): Recipe {
  const recipe = RECIPES.find((candidate) => candidate.id === id);
  if (recipe !== undefined) return recipe;
  throw new PlaygroundError({
    code: "setting.invalid",
    where: "Recipe",
    rule: "no recipe has this id",
    expected: `one of ${RECIPES.map((candidate) => candidate.id).join(", ")}`,
    got: `"${id}"`,
    remedy: "Choose one of these.",
    context: { setting: "recipe" },
  });
}
