/** An entrant of the comparison, which is a worker of the page or a separate process, and the messages to it. */
import type { Settings } from "../../src/settings/settings.ts";
import type { BenchNetwork } from "../network.ts";
import type { LaunchTime } from "../profile/launchTime.ts";
import type { EntrantName } from "./cases.ts";

/** The bench's view of an entrant: it is built again for each case, and then takes steps. */
export interface Entrant {
  readonly name: EntrantName;
  /** Returns the losses of its first steps. */
  prepare(settings: Settings): Promise<readonly number[]>;
  /** Returns the milliseconds of each step. */
  run(steps: number): Promise<readonly number[]>;
  release(): Promise<void>;
  /** Takes one step and returns the time of each launch, if the entrant can measure that. */
  profile?(): Promise<readonly LaunchTime[]>;
}

export type EntrantRequest =
  /** Build the network, take `CHECKED_STEPS` steps and answer with their losses. */
  | { readonly kind: "prepare"; readonly network: BenchNetwork; readonly threads: number }
  /** Take this many steps and answer with the milliseconds of each. */
  | { readonly kind: "run"; readonly steps: number }
  /** Take one step and answer with its launches. */
  | { readonly kind: "profile" };

export type EntrantReply =
  | { readonly ok: true; readonly numbers: readonly number[] }
  | { readonly ok: true; readonly launches: readonly LaunchTime[] }
  | { readonly ok: false; readonly reason: string };

/** Steps taken before any time is measured. Their losses are compared and must fall. */
export const CHECKED_STEPS = 4;
