/** The properties of all views of a sweep's results. */
import type { SweepGroup } from "../../../../runs/sweepResults.ts";

export interface GroupProps {
  readonly group: SweepGroup;
}
