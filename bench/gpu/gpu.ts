/**
 * `npm run bench -- gpu`: step time of the compiled engine on WebGPU beside stock TensorFlow.js on the same adapter, measured
 * in turns in one run, with the distribution of a step's time and the adapter's limits. It runs in Node, through Dawn.
 */
import { loadavg } from "node:os";
import { isSoftwareName } from "../../src/exec/device/graphicsAdapter.ts";
import { groupLaunches, leastTime } from "../profile/roofline.ts";
import type { TurnOptions } from "../turns.ts";
import { chooseCases } from "./cases.ts";
import { compiledEntrant } from "./compiledEntrant.ts";
import type { CaseResult, GpuResult } from "./gpuResult.ts";
import { type MeasuredCase, measureCase } from "./measureCase.ts";
import { openAdapter } from "./openAdapter.ts";
import { createProbe, type GpuProbeResult } from "./probe.ts";
import { Slowness } from "./slowness.ts";
import { stockEntrant } from "./stockEntrant.ts";
import { targetsOf } from "./targets.ts";

export interface GpuOptions extends TurnOptions {
  /** Names of the cases to measure; empty means all. */
  readonly cases: readonly string[];
  /** An entrant that would take longer for a step is left out. */
  readonly longestStepMs: number;
}

/** @throws Error for an unknown case; PlaygroundError `engine.unavailable` without WebGPU. */
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
