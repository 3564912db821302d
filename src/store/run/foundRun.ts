/** Describes a run that an earlier visit left unfinished. */
import type { CheckpointSummary } from "../../checkpoint/checkpoint.ts";
import { formatCount, formatDuration } from "../../core/units.ts";
import { RECIPES } from "../../settings/recipes/registry.ts";

/** Returns for example `The notebook, step 412 of 1,874, 3 min ago.` */
export function foundText(
  { recipe, step, totalSteps, savedAt }: CheckpointSummary,
  now: number,
): string {
  const ago = Math.max(0, now - savedAt);
  const when = ago < 60_000 ? "less than a minute ago" : `${formatDuration(ago)} ago`;
  const title = RECIPES.find(({ id }) => id === recipe)?.title ?? "A run";
  return `${title}, step ${formatCount(step)} of ${formatCount(totalSteps)}, ${when}.`;
}
