/** A recipe: complete settings with a name and a sentence on what to look for. What its document got wrong: `notes.ts`. */
import type { Settings } from "../settings.ts";

/** Where the menu lists it. */
export type RecipeGroup = "start" | "documents" | "good-and-bad";

export interface Recipe {
  /** In links and commands; never changes. */
  readonly id: string;
  readonly group: RecipeGroup;
  readonly title: string;
  /** What to look for. */
  readonly sentence: string;
  /** What becomes of it: trained, counted only since it has no head, or refused since its layers do not fit together. */
  readonly purpose: "train" | "count" | "refused";
  readonly settings: Settings;
}
