/** Prints the result of `bench gpu` for people. */
import { aligned, figure, groupLines, timeText } from "../table.ts";
import type { CaseResult, GpuResult } from "./gpuResult.ts";
import type { Measured } from "./measureCase.ts";

/** A higher load means that other processes disturb the measurement on a software adapter. */
const QUIET_LOAD = 0.5;

export function gpuTable({ adapter, loadBefore, probe, cases, targets }: GpuResult): string {
  const name = adapter.description || [adapter.vendor, adapter.architecture].join(" ");
  const { multiplyAddGflops, copyGBs } = probe;
  return [
    `${name}${adapter.isSoftware ? ": a software adapter, this is no measurement of a graphics card." : ""}`,
    ...(loadBefore > QUIET_LOAD
      ? [`Other work ran when it began (load ${figure(loadBefore)}).`]
      : []),
    `Multiply-adds ${figure(multiplyAddGflops.median)} GFLOP/s (${figure(multiplyAddGflops.best)}), copies ${figure(copyGBs.median)} GB/s (${figure(copyGBs.best)}).`,
    "",
    "Milliseconds a step, median (best). Each step's loss is read, as TensorFlow.js does; streamed: as in training, where nobody reads it.",
    ...aligned([
      ["size/width/repeats/batch", "ours, streamed", "ours", "TensorFlow.js", "times as fast"],
      ...cases.map(timeRow),
    ]),
    ...cases.flatMap(({ name: of, leftOut, failure, stockLeftOut }) =>
      [leftOut, failure, stockLeftOut].flatMap((why) =>
        why === undefined ? [] : [`${of}: ${why}`],
      ),
    ),
    "",
    "A step's dispatches, submits (one reads the loss), buffers and bind groups made; all memory of the device; first step with all compiling.",
    ...aligned([
      ["", "", "dispatches", "submits", "buffers", "groups", "peak MB", "first step s"],
      ...cases.flatMap(countRows),
    ]),
    "",
    "The least that a step takes by the probe: its arithmetic, its bytes, the longer of both in each launch, one after the other.",
    ...aligned([
      ["", "GFLOP", "GB", "arithmetic ms", "bytes ms", "roofline ms", "sum ms", "streamed / sum"],
      ...cases.flatMap(rooflineRow),
    ]),
    ...cases.flatMap((result) => groupLines(result.name, result.groups ?? [])),
    "",
    ...aligned(
      targets.map(({ what, got, wanted, isReached }) => [
        what,
        `${figure(got)}, wanted ${wanted}`,
        isReached ? "reached" : "not reached",
      ]),
    ),
  ].join("\n");
}

function timeRow({ name, ours, oursStreamed, stock, timesStock }: CaseResult): readonly string[] {
  const cell = (times: Parameters<typeof timeText>[0] | undefined) =>
    times === undefined ? "-" : timeText(times);
  const ratio = timesStock === undefined ? "-" : figure(timesStock);
  return [name, cell(oursStreamed), cell(ours), cell(stock), ratio];
}

function countRows({ name, ours, stock }: CaseResult): readonly (readonly string[])[] {
  const row = (who: string, measured: Measured | undefined) => {
    if (measured === undefined) return [];
    const { counts, memory, firstStepMs } = measured;
    const { dispatches, submits, buffers, bindGroups } = counts;
    const numbers = [dispatches, submits, buffers, bindGroups].map(String);
    return [[name, who, ...numbers, figure(memory.peakBytes / 1e6), figure(firstStepMs / 1000)]];
  };
  return [...row("ours", ours), ...row("TensorFlow.js", stock)];
}

function rooflineRow({ name, roofline }: CaseResult): readonly (readonly string[])[] {
  if (roofline === undefined) return [];
  const { gflop, gigabytes, arithmeticMs, bytesMs, rooflineMs, memoryPlusComputeMs, times } =
    roofline;
  const numbers = [gflop, gigabytes, arithmeticMs, bytesMs, rooflineMs, memoryPlusComputeMs, times];
  return [[name, ...numbers.map(figure)]];
}
