/** The result of `bench gpu`, as it is written to the file. */
import type { LeastTime, StepGroup } from "../profile/roofline.ts";
import type { MeasuredCase } from "./measureCase.ts";
import type { AdapterDescription } from "./openAdapter.ts";
import type { GpuProbeResult } from "./probe.ts";

/** Launches are combined in groups, because hundreds of single ones are unreadable. */
export interface CaseResult extends Partial<Omit<MeasuredCase, "profile">> {
  readonly name: string;
  /** One sentence on why no entrant took part. */
  readonly leftOut?: string;
  /** One sentence on what failed. The other cases continue. */
  readonly failure?: string;
  /** The median step of TensorFlow.js divided by ours, both with the loss read after each step. */
  readonly timesStock?: number;
  readonly roofline?: Roofline;
  readonly clock?: MeasuredCase["profile"]["clock"];
  readonly groups?: readonly StepGroup[];
  readonly kernels?: MeasuredCase["profile"]["kernels"];
}

export interface Roofline extends LeastTime {
  /** Arithmetic and memory traffic one after the other. */
  readonly memoryPlusComputeMs: number;
  /** Our median step, streamed, divided by that. */
  readonly times: number;
  /** The time of all dispatches of a step, each measured alone. */
  readonly kernelsMs: number;
}

export interface GpuResult {
  readonly adapter: AdapterDescription & { readonly isSoftware: boolean };
  readonly node: string;
  /** The load average over the last minute when the bench began: 0 on a quiet machine. */
  readonly loadBefore: number;
  readonly probe: GpuProbeResult;
  readonly cases: readonly CaseResult[];
  readonly targets: readonly TargetResult[];
}

/** A target of the engine, compared with the measurement. */
export interface TargetResult {
  readonly what: string;
  readonly got: number;
  readonly wanted: string;
  readonly isReached: boolean;
}
