/** A recipe: complete settings with a name and a sentence on what to look for. `notes.ts` lists the errors in its document. */
import type { Settings } from "../settings.ts";

/** The menu group. */
export type RecipeGroup = "start" | "documents" | "good-and-bad";

export interface Recipe {
  /** Used in links and commands; it never changes. */
  readonly id: string;
  readonly group: RecipeGroup;
  readonly title: string;
  /** One sentence on what to look for. */
  readonly sentence: string;
  /** `train`: it trains. `count`: it has no head and is only counted. `refused`: its layers do not fit together. */
  readonly purpose: "train" | "count" | "refused";
  readonly settings: Settings;
}
