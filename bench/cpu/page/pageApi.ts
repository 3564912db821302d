/** What the page offers to the bench, as `window.cpuBench`. Everything crosses as JSON. */
import type { Settings } from "../../../src/settings/settings.ts";
import type { LaunchTime } from "../../profile/launchTime.ts";
import type { ProbeTask } from "../probe/probeTask.ts";

export interface CpuProbe extends Omit<ProbeTask, "module" | "gate"> {
  /** The probe's module as bytes. */
  readonly code: readonly number[];
}

export interface CpuBenchPage {
  /** Starts the entrant anew. Losses of its first steps. */
  prepare(task: {
    readonly name: string;
    /** Of its worker, where it is not part of the page. */
    readonly address: string;
    readonly settings: Settings;
    readonly threads: number;
  }): Promise<readonly number[]>;
  /** Milliseconds of each step. */
  run(task: { readonly name: string; readonly steps: number }): Promise<readonly number[]>;
  /** Empty for an entrant that cannot tell. */
  profile(name: string): Promise<readonly LaunchTime[]>;
  release(name: string): Promise<void>;
  probe(task: CpuProbe): Promise<readonly number[]>;
}
