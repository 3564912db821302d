/** Whoever takes part, be it a worker of the page or a process beside it, and what is said to it. */
import type { Settings } from "../../src/settings/settings.ts";
import type { BenchNetwork } from "../network.ts";
import type { LaunchTime } from "../profile/launchTime.ts";
import type { EntrantName } from "./cases.ts";

/** As the bench sees it: built anew for each case, then asked to take steps. */
export interface Entrant {
  readonly name: EntrantName;
  /** Losses of its first steps. */
  prepare(settings: Settings): Promise<readonly number[]>;
  /** Milliseconds of each step. */
  run(steps: number): Promise<readonly number[]>;
  release(): Promise<void>;
  /** Where it can tell: takes one step, launch by launch. */
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

/** Before any time is taken: losses are compared and must fall. */
export const CHECKED_STEPS = 4;
