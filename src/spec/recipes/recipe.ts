/** A recipe: complete settings with a name and a sentence on what to look for. */
import type { Settings } from "../settings.ts";

export interface Recipe {
  /** In links and commands; never changes. */
  readonly id: string;
  readonly title: string;
  /** What to look for. */
  readonly sentence: string;
  readonly settings: Settings;
}
