/** Says that a newer version of this page stored something here, which this version cannot read and leaves alone. */
import type { StoredRun } from "../../checkpoint/runFolders.ts";
import { formatCount } from "../../core/units.ts";

/**
 * @param hasNewerDatabase whether a newer version changed one of the page's databases; see `core/databases.ts`
 * @returns `null` when this version can read everything
 */
export function newerStoreText(
  stored: readonly StoredRun[],
  hasNewerDatabase: boolean,
): string | null {
  const numRuns = stored.filter(({ isNewer }) => isNewer).length;
  if (numRuns === 0 && !hasNewerDatabase) return null;
  const what =
    numRuns === 0
      ? "runs or files"
      : `checkpoints of ${numRuns === 1 ? "a run" : `${formatCount(numRuns)} runs`}`;
  const unkept = hasNewerDatabase
    ? " Until then some of what you train is not kept after this visit: export what you need."
    : "";
  return `A newer version of this page stored ${what} in this browser, which this version cannot read. They stay as they are, and training goes on. Reload the page to get its newest version.${unkept}`;
}
