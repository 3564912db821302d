/** Prints the result of `bench cpu` for people. */

import { aligned, figure, groupLines, timeText } from "../table.ts";
import type { EntrantName } from "./cases.ts";
import type { CaseResult, CpuResult } from "./cpu.ts";
import type { ProbeResult } from "./probe/probe.ts";
import { POINTWISE_SHARE } from "./targets.ts";

const COLUMNS: readonly EntrantName[] = [
  "ours",
  "prototype",
  "PyTorch",
  "stock tfjs cpu",
  "jax-js wasm",
];

/** A higher load means that other processes disturb the measurement. */
const QUIET_LOAD = 0.5;

export function cpuTable(result: CpuResult): string {
  const { browser, threads, loadBefore, probe, cases, targets, pointwiseShare } = result;
  const rows = cases.map((result) => [result.name, ...COLUMNS.map((name) => cell(result, name))]);
  return [
    `Milliseconds a step, median (best); ${threads} threads, Chromium ${browser}. In brackets behind: ours / theirs, of the medians.`,
    ...(loadBefore > QUIET_LOAD
      ? [`Other work ran when it began (load ${figure(loadBefore)}).`]
      : []),
    ...aligned([["size/width/repeats/batch", ...COLUMNS], ...rows]),
    "",
    ...probe.map(probeLine),
    ...cases.flatMap(({ name, groups }) => groupLines(name, groups)),
    "",
    ...aligned(
      targets.map(({ caseName, other, ratio, largestRatio, isReached }) => [
        caseName,
        `ours / ${other}`,
        `${figure(ratio)}, wanted at most ${figure(largestRatio)}`,
        isReached ? "reached" : "not reached",
      ]),
    ),
    ...(pointwiseShare === undefined ? [] : [pointwiseLine(pointwiseShare)]),
  ].join("\n");
}

function pointwiseLine(share: number): string {
  const verdict = share >= POINTWISE_SHARE ? "reached" : "not reached";
  const wanted = `wanted at least ${100 * POINTWISE_SHARE} %`;
  return `Pointwise convolutions of 728 channels: ${figure(100 * share)} % of the multiply-add rate, ${wanted}: ${verdict}`;
}

function cell({ times }: CaseResult, name: EntrantName): string {
  const [ours, own] = [times.ours, times[name]];
  if (own === undefined || ours === undefined) return "-";
  const ratio = name === "ours" ? "" : ` [${figure(ours.medianMs / own.medianMs)}]`;
  return `${timeText(own)}${ratio}`;
}

function probeLine({ threads, multiplyAddGflops, copyGBs }: ProbeResult): string {
  const rate = `${figure(multiplyAddGflops.median)} GFLOP/s (${figure(multiplyAddGflops.best)})`;
  const bandwidth = `${figure(copyGBs.median)} GB/s (${figure(copyGBs.best)})`;
  return `${threads} thread${threads > 1 ? "s" : ""}: 128-bit multiply-adds ${rate}, copies ${bandwidth}`;
}
