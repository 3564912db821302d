/** What every card of the comparison gets. */
import type { RunHead } from "../../../runs/runRecord.ts";

export interface ChosenProps {
  /** At least one. The place in the list is the run's number and colour. */
  readonly chosen: readonly RunHead[];
}
