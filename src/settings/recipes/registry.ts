/** All recipes, in the order of the menu, group by group. Adding one takes one file and one line here. */
import { PlaygroundError } from "../../core/errors.ts";
import { activationInside } from "./activationInside.ts";
import { facialEmotions } from "./facialEmotions.ts";
import { facialEmotionsAsPrinted } from "./facialEmotionsAsPrinted.ts";
import { mnistConvnet } from "./mnistConvnet.ts";
import { noResiduals } from "./noResiduals.ts";
import { notebook } from "./notebook.ts";
import { oneMinute } from "./oneMinute.ts";
import { ordinary } from "./ordinary.ts";
import { overfitting } from "./overfitting.ts";
import { paper } from "./paper.ts";
import { paperPytorch } from "./paperPytorch.ts";
import { rateTooHigh } from "./rateTooHigh.ts";
import type { Recipe } from "./recipe.ts";
import { reproduction } from "./reproduction.ts";
import { reproductionV1 } from "./reproductionV1.ts";
import { transfer } from "./transfer.ts";
import { transferAsPrinted } from "./transferAsPrinted.ts";
import { twoLayersOrdinary } from "./twoLayersOrdinary.ts";
import { twoLayersSeparable } from "./twoLayersSeparable.ts";

export const RECIPES: readonly Recipe[] = [
  oneMinute,
  notebook,
  facialEmotions,
  facialEmotionsAsPrinted,
  paper,
  paperPytorch,
  reproduction,
  reproductionV1,
  transfer,
  transferAsPrinted,
  twoLayersOrdinary,
  twoLayersSeparable,
  mnistConvnet,
  rateTooHigh,
  noResiduals,
  activationInside,
  overfitting,
  ordinary,
];

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
