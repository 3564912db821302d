/**
 * `npm run bench -- cpu`: step times of the compiled engine beside those of the prototype, PyTorch, stock TensorFlow.js and
 * jax-js, measured in turns in one run, with the processor's limits. Peers that are not installed are left out.
 */
import { loadavg } from "node:os";
import { groupLaunches, type Limits, type StepGroup } from "../profile/roofline.ts";
import type { TurnOptions } from "../turns.ts";
import { CASES, type CpuCase } from "./cases.ts";
import { createEntrants, type EntrantOptions } from "./entrants.ts";
import { type MeasuredCase, measureCase } from "./measureCase.ts";
import { openCpuPage } from "./openCpuPage.ts";
import { createProbe, type ProbeResult } from "./probe/probe.ts";
import { TARGETS, type Target } from "./targets.ts";

export interface CpuOptions extends EntrantOptions, TurnOptions {
  /** Names of the cases to measure; empty means all. */
  readonly cases: readonly string[];
}

/** Launches are combined in groups, because hundreds of single ones are unreadable. */
export interface CaseResult extends Omit<MeasuredCase, "launches"> {
  readonly groups: readonly StepGroup[];
}

export interface CpuResult {
  readonly browser: string;
  readonly threads: number;
  /** The load average over the last minute when the bench began: 0 on a quiet machine. */
  readonly loadBefore: number;
  readonly probe: readonly ProbeResult[];
  readonly cases: readonly CaseResult[];
  readonly targets: readonly TargetResult[];
  /** The share of the multiply-add rate that pointwise convolutions of 728 channels reach; absent when none was profiled. */
  readonly pointwiseShare?: number;
}

interface TargetResult extends Target {
  readonly ratio: number;
  readonly isReached: boolean;
}

/** @throws Error for an unknown case, or for wrong results of an entrant. */
export async function cpu(options: CpuOptions): Promise<CpuResult> {
  const chosen = chooseCases(options.cases);
  const [loadBefore = Number.NaN] = loadavg();
  const page = await openCpuPage(options.prototype);
  try {
    const entrants = createEntrants(page, options);
    const probe = await createProbe(page, options.threads);
    const measured: MeasuredCase[] = [];
    for (const cpuCase of chosen) {
      console.error(`bench: cpu ${cpuCase.name} ...`);
      measured.push(await measureCase(cpuCase, entrants, probe, options));
    }
    const limits = probe.result();
    const cases = measured.map((each) => withGroups(each, limits, options.threads));
    return {
      browser: page.browserVersion,
      threads: options.threads,
      loadBefore,
      probe: limits,
      cases,
      targets: TARGETS.flatMap((target) => compare(target, cases)),
      ...pointwiseShare(cases, limits, options.threads),
    };
  } finally {
    await page.close();
  }
}

function chooseCases(names: readonly string[]): readonly CpuCase[] {
  const unknown = names.find((name) => !CASES.some((known) => known.name === name));
  if (unknown !== undefined) {
    const known = CASES.map(({ name }) => name).join(", ");
    throw new Error(`cpu: no such case: ${unknown}; expected some of ${known}.`);
  }
  return names.length === 0 ? CASES : CASES.filter(({ name }) => names.includes(name));
}

function withGroups(
  { launches, ...rest }: MeasuredCase,
  limits: readonly ProbeResult[],
  threads: number,
): CaseResult {
  const limit = limits.find((result) => result.threads === threads);
  return { ...rest, groups: limit === undefined ? [] : groupLaunches(launches, limitsOf(limit)) };
}

function limitsOf({ multiplyAddGflops, copyGBs }: ProbeResult): Limits {
  return { gflops: multiplyAddGflops.median, gigabytesPerSecond: copyGBs.median };
}

function pointwiseShare(
  cases: readonly CaseResult[],
  limits: readonly ProbeResult[],
  threads: number,
): Pick<CpuResult, "pointwiseShare"> {
  const limit = limits.find((result) => result.threads === threads)?.multiplyAddGflops.median;
  const wide = cases.flatMap(({ groups }) => groups.filter(({ kind }) => kind === "pointwise 728"));
  if (limit === undefined || wide.length === 0) return {};
  const gflop = wide.reduce((sum, group) => sum + group.gflop, 0);
  const milliseconds = wide.reduce((sum, group) => sum + group.milliseconds, 0);
  return { pointwiseShare: (1000 * gflop) / milliseconds / limit };
}

/** Returns nothing when one of the two was not measured. */
function compare(target: Target, cases: readonly CaseResult[]): readonly TargetResult[] {
  const times = cases.find(({ name }) => name === target.caseName)?.times;
  const [ours, other] = [times?.ours, times?.[target.other]];
  if (ours === undefined || other === undefined) return [];
  const ratio = ours.medianMs / other.medianMs;
  return [{ ...target, ratio, isReached: ratio <= target.largestRatio }];
}
