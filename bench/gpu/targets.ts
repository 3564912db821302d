/** The targets of the engine on WebGPU, each compared with the result where it can be measured. */
import { LONGEST_SUBMIT_MS } from "../../src/exec/webgpu/pacing.ts";
import type { CaseResult, GpuResult, TargetResult } from "./gpuResult.ts";

const atLeast = (what: string, got: number, least: number): TargetResult => ({
  what,
  got,
  wanted: `at least ${least}`,
  isReached: got >= least,
});
const atMost = (what: string, got: number, most: number): TargetResult => ({
  what,
  got,
  wanted: `at most ${most}`,
  isReached: got <= most,
});

/** The network that the design's counts refer to. A step of it has the same number of dispatches at every size and width. */
const LARGE = "94/1/3/64";
const THREE_REPEATS = /\/3\//;
const ON_SOFTWARE = new Set(["48/0.25/3/8", "94/0.25/3/8"]);

export function targetsOf({
  adapter,
  cases,
}: Pick<GpuResult, "adapter" | "cases">): readonly TargetResult[] {
  return cases.flatMap((result) => [
    ...countTargets(result),
    ...(adapter.isSoftware ? softwareTargets(result) : cardTargets(result)),
  ]);
}

function countTargets({ name, ours }: CaseResult): readonly TargetResult[] {
  if (ours === undefined) return [];
  const { counts, memory, medianMs } = ours;
  return [
    ...(THREE_REPEATS.test(name) ? [atMost(`${name}: dispatches`, counts.dispatches, 230)] : []),
    // A longer step is split into several submits, so that it does not block the page's drawing.
    ...(medianMs <= LONGEST_SUBMIT_MS
      ? [atMost(`${name}: submits, one to read the loss`, counts.submits, 2)]
      : []),
    ...(name === LARGE ? [atMost(`${name}: memory, GB`, memory.peakBytes / 1e9, 1.3)] : []),
  ];
}

function softwareTargets({ name, timesStock }: CaseResult): readonly TargetResult[] {
  if (timesStock === undefined || !ON_SOFTWARE.has(name)) return [];
  return [atLeast(`${name}: times as fast as TensorFlow.js`, timesStock, 15)];
}

function cardTargets({ name, timesStock, roofline }: CaseResult): readonly TargetResult[] {
  if (name !== LARGE) return [];
  return [
    ...(timesStock === undefined
      ? []
      : [atLeast(`${name}: times as fast as TensorFlow.js`, timesStock, 5)]),
    ...(roofline === undefined
      ? []
      : [atMost(`${name}: times the memory-plus-compute time`, roofline.times, 1.6)]),
  ];
}
