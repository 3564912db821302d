/** The functions that the page offers to the bench as `window.cpuBench`. All arguments and results are JSON. */
import type { Settings } from "../../../src/settings/settings.ts";
import type { LaunchTime } from "../../profile/launchTime.ts";
import type { ProbeTask } from "../probe/probeTask.ts";

export interface CpuProbe extends Omit<ProbeTask, "module" | "gate"> {
  /** The probe's module as bytes. */
  readonly code: readonly number[];
}

export interface CpuBenchPage {
  /** Restarts the entrant and returns the losses of its first steps. */
  prepare(task: {
    readonly name: string;
    /** The address of its worker, when it is not part of the page. */
    readonly address: string;
    readonly settings: Settings;
    readonly threads: number;
  }): Promise<readonly number[]>;
  /** Returns the milliseconds of each step. */
  run(task: { readonly name: string; readonly steps: number }): Promise<readonly number[]>;
  /** Returns an empty list for an entrant that cannot measure launches. */
  profile(name: string): Promise<readonly LaunchTime[]>;
  release(name: string): Promise<void>;
  probe(task: CpuProbe): Promise<readonly number[]>;
}
