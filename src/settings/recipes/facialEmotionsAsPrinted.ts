import { facialEmotions } from "./facialEmotions.ts";
import type { Recipe } from "./recipe.ts";

/** R1 with the head it prints: one linear unit, for which cross-entropy has no gradient. It is kept as printed: ADR 18. */
export const facialEmotionsAsPrinted: Recipe = {
  id: "facial-emotions-as-printed",
  group: "documents",
  title: "Facial emotions, as printed",
  sentence:
    "The same network with the printed head, one linear unit. Watch nothing happen: the loss is zero at once, no gradient comes, and every image gets the first class.",
  purpose: "train",
  settings: { ...facialEmotions.settings, classes: 1, head: "linear" },
};
