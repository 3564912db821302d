/** One launch of a training step, measured: plain data, from the page to the bench. */
import type { Phase } from "../../../src/plan/buffers.ts";
import type { Kind } from "./kindOf.ts";
import type { Work } from "./launchWork.ts";

export interface LaunchTime extends Work {
  /** Layer and operations. */
  readonly label: string;
  readonly phase: Phase;
  readonly kind: Kind;
  readonly milliseconds: number;
}
