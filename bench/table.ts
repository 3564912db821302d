/** Formats results for people: numbers and columns. */
import { greatestOf } from "../src/core/numbers.ts";
import type { StepGroup } from "./profile/roofline.ts";
import type { StepTimes } from "./turns.ts";

/** Writes the median and, in brackets, the best. */
export function timeText({ medianMs, bestMs }: Pick<StepTimes, "medianMs" | "bestMs">): string {
  return `${figure(medianMs)} (${figure(bestMs)})`;
}

/** Writes the distribution of a step's time. */
export function groupLines(name: string, groups: readonly StepGroup[]): readonly string[] {
  if (groups.length === 0) return [];
  const heading = [
    "phase",
    "kind",
    "launches",
    "ms",
    "GFLOP/s",
    "GB/s",
    "% of multiply-adds",
    "% of copies",
    "% of roofline",
  ];
  const rows = groups.map((group) => [
    group.phase,
    group.kind,
    String(group.launches),
    figure(group.milliseconds),
    figure((1000 * group.gflop) / group.milliseconds),
    figure((1000 * group.gigabytes) / group.milliseconds),
    figure(100 * group.multiplyAddShare),
    figure(100 * group.copyShare),
    figure(100 * group.rooflineShare),
  ]);
  return ["", `A step of ${name}, launch by launch:`, ...aligned([heading, ...rows])];
}

/** Formats three significant digits. */
export function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

export function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    greatestOf(rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
