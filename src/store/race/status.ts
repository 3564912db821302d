/** Describes the state of a race in words and as a share. Pure functions; the texts are a public interface. */
import { leastOf } from "../../core/numbers.ts";
import { formatCount } from "../../core/units.ts";
import { progressShare, statusOf, statusText } from "../run/runStatus.ts";
import { stepsDone } from "./curves.ts";
import type { RaceState } from "./state.ts";

/** The text of the element with role `status` and the name "Race status". */
export function raceStatusText(state: RaceState): string {
  const text = statusText(state.run);
  if (statusOf(state.run) === "training") return `Racing, ${positionText(state)}`;
  return text;
}

export function positionText(state: RaceState): string {
  const total = state.run.prepared?.totalSteps ?? 0;
  if (total === 0) return "before the first step";
  return `step ${formatCount(stepOf(state))} of ${formatCount(total)}`;
}

/** `null` when it is unknown. */
export function raceShare(state: RaceState): number | null {
  const status = statusOf(state.run);
  if (status === "testing") return null;
  if (status !== "training" && status !== "paused") return progressShare(state.run);
  const total = state.run.prepared?.totalSteps ?? 0;
  return total > 0 ? Math.min(1, stepOf(state) / total) : 0;
}

/** Returns the number of steps that every lane still in the race has done. */
function stepOf({ lanes }: RaceState): number {
  const racing = lanes.filter(({ run }) => run.outcome !== "failed");
  return racing.length === 0 ? 0 : leastOf(racing.map(stepsDone));
}
