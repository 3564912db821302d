/** The measurement of one launch of a training step, as plain data from the page to the bench. */
import type { Phase } from "../../src/plan/buffers.ts";
import { median } from "../median.ts";
import type { Kind } from "./kindOf.ts";
import type { Work } from "./launchWork.ts";

export interface LaunchTime extends Work {
  /** Layer and operations. */
  readonly label: string;
  readonly phase: Phase;
  readonly kind: Kind;
  readonly milliseconds: number;
}

/** Returns each launch with its median over several profiles of the same step. */
export function medianLaunches(
  profiles: readonly (readonly LaunchTime[])[],
): readonly LaunchTime[] {
  return (profiles[0] ?? []).map((launch, index) => ({
    ...launch,
    milliseconds: median(profiles.map((times) => times[index]?.milliseconds ?? Number.NaN)),
  }));
}
