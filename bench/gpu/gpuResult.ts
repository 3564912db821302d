/** What `bench gpu` finds, as it is written into the file. */
import type { LeastTime, StepGroup } from "../profile/roofline.ts";
import type { MeasuredCase } from "./measureCase.ts";
import type { AdapterDescription } from "./openAdapter.ts";
import type { GpuProbeResult } from "./probe.ts";

/** Launches put together in groups: hundreds of them say nothing one by one. */
export interface CaseResult extends Partial<Omit<MeasuredCase, "profile">> {
  readonly name: string;
  /** Why nobody took part: a sentence. */
  readonly leftOut?: string;
  /** What went wrong: a sentence. The other cases go on. */
  readonly failure?: string;
  /** The median step of TensorFlow.js by ours, both with the loss read after each. */
  readonly timesStock?: number;
  readonly roofline?: Roofline;
  readonly clock?: MeasuredCase["profile"]["clock"];
  readonly groups?: readonly StepGroup[];
  readonly kernels?: MeasuredCase["profile"]["kernels"];
}

export interface Roofline extends LeastTime {
  /** Arithmetic and bytes one after the other. */
  readonly memoryPlusComputeMs: number;
  /** Our median step, streamed, by that. */
  readonly times: number;
  /** All dispatches of a step by themselves. */
  readonly kernelsMs: number;
}

export interface GpuResult {
  readonly adapter: AdapterDescription & { readonly isSoftware: boolean };
  readonly node: string;
  /** Processes that wanted to run when the bench began, over the last minute: 0 on a quiet machine. */
  readonly loadBefore: number;
  readonly probe: GpuProbeResult;
  readonly cases: readonly CaseResult[];
  readonly targets: readonly TargetResult[];
}

/** Something wanted of the engine, held against what was measured. */
export interface TargetResult {
  readonly what: string;
  readonly got: number;
  readonly wanted: string;
  readonly isReached: boolean;
}
