/**
 * `npm run bench -- gpu`: the compiled engine's step on WebGPU beside stock TensorFlow.js' on the same adapter, in turns in one
 * run, with where the time of a step goes and what the adapter can do at best. In Node, through Dawn.
 */
import { loadavg } from "node:os";
import { isSoftwareName } from "../../src/exec/graphicsCard.ts";
import { groupLaunches, type LeastTime, leastTime, type StepGroup } from "../profile/roofline.ts";
import type { TurnOptions } from "../turns.ts";
import { chooseCases } from "./cases.ts";
import { compiledEntrant } from "./compiledEntrant.ts";
import { type MeasuredCase, measureCase } from "./measureCase.ts";
import { type AdapterDescription, openAdapter } from "./openAdapter.ts";
import { createProbe, type GpuProbeResult } from "./probe.ts";
import { Slowness } from "./slowness.ts";
import { stockEntrant } from "./stockEntrant.ts";
import { type TargetResult, targetsOf } from "./targets.ts";

export interface GpuOptions extends TurnOptions {
  /** Names of the cases to measure; all where there are none. */
  readonly cases: readonly string[];
  /** Who would take longer for a step is left out. */
  readonly longestStepMs: number;
}

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

/** @throws Error for a case that there is not; PlaygroundError `engine.unavailable` without WebGPU. */
export async function gpu(options: GpuOptions): Promise<GpuResult> {
  const chosen = chooseCases(options.cases);
  const [loadBefore = Number.NaN] = loadavg();
  const adapter = await openAdapter();
  const { description } = adapter;
  const entrants = { ours: compiledEntrant(adapter), stock: stockEntrant(adapter) };
  const probe = await createProbe(adapter.gpu);
  const tools = { probe, turns: options };
  const slowness = new Slowness(options.longestStepMs);
  const measured: (MeasuredCase | CaseResult)[] = [];
  for (const gpuCase of chosen) {
    console.error(`bench: gpu ${gpuCase.name} ...`);
    const leftOut = slowness.whyLeftOut("The compiled engine", gpuCase);
    if (leftOut !== undefined) {
      measured.push({ name: gpuCase.name, leftOut });
      continue;
    }
    const stockLeftOut = slowness.whyLeftOut("TensorFlow.js", gpuCase);
    try {
      const result = await measureCase(gpuCase, entrants, { ...tools, stockLeftOut });
      slowness.learn("The compiled engine", gpuCase, result.ours.medianMs);
      if (result.stock !== undefined)
        slowness.learn("TensorFlow.js", gpuCase, result.stock.medianMs);
      measured.push(result);
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      console.error(`bench: gpu ${gpuCase.name}: ${failure}`);
      measured.push({ name: gpuCase.name, failure });
    }
  }
  const limits = probe.result();
  probe.close();
  const cases = measured.map((each) => ("profile" in each ? withGroups(each, limits) : each));
  const isSoftware = isSoftwareName(Object.values(description).join(" "));
  const result = { adapter: { ...description, isSoftware }, cases };
  return {
    ...result,
    node: process.version,
    loadBefore,
    probe: limits,
    targets: targetsOf(result),
  };
}

function withGroups(
  { profile, ...rest }: MeasuredCase,
  { multiplyAddGflops, copyGBs }: GpuProbeResult,
): CaseResult {
  const limits = { gflops: multiplyAddGflops.median, gigabytesPerSecond: copyGBs.median };
  const { launches, clock, kernels } = profile;
  const least = leastTime(launches, limits);
  const memoryPlusComputeMs = least.arithmeticMs + least.bytesMs;
  const { stock, ours, oursStreamed } = rest;
  return {
    ...rest,
    ...(stock !== undefined && { timesStock: stock.medianMs / ours.medianMs }),
    roofline: {
      ...least,
      memoryPlusComputeMs,
      times: oursStreamed.medianMs / memoryPlusComputeMs,
      kernelsMs: launches.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
    },
    clock,
    groups: groupLaunches(launches, limits),
    kernels,
  };
}
