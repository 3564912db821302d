/**
 * Where a step's time goes, by phase and kind of operation, and how near each is to what the processor can do: the
 * roofline is the time that its arithmetic takes at the probe's rate or its bytes at the probe's bandwidth, whichever
 * is longer, launch by launch.
 */
import type { Phase } from "../../../src/plan/buffers.ts";
import type { ProbeResult } from "../probe/probe.ts";
import type { Kind } from "./kindOf.ts";
import type { LaunchTime } from "./launchTime.ts";

export interface StepGroup {
  readonly phase: Phase;
  readonly kind: Kind;
  readonly launches: number;
  readonly milliseconds: number;
  readonly gflop: number;
  readonly gigabytes: number;
  /** Of the time that the roofline allows. Above 1 where caches hold what is counted as memory. */
  readonly rooflineShare: number;
}

/** @param probe of as many threads as computed the step. */
export function groupLaunches(
  launches: readonly LaunchTime[],
  { multiplyAddGflops, copyGBs }: ProbeResult,
): readonly StepGroup[] {
  const groups = new Map<string, LaunchTime[]>();
  for (const launch of launches) {
    const name = `${launch.phase} ${launch.kind}`;
    groups.set(name, [...(groups.get(name) ?? []), launch]);
  }
  return [...groups.values()]
    .flatMap((members): StepGroup[] => {
      const [first] = members;
      if (first === undefined) return [];
      const sum = (of: (launch: LaunchTime) => number) =>
        members.reduce((total, member) => total + of(member), 0);
      const milliseconds = sum((launch) => launch.milliseconds);
      const allowedMs = sum(
        ({ flops, bytes }) =>
          Math.max(flops / multiplyAddGflops.median, bytes / copyGBs.median) / 1e6,
      );
      return [
        {
          phase: first.phase,
          kind: first.kind,
          launches: members.length,
          milliseconds,
          gflop: sum(({ flops }) => flops) / 1e9,
          gigabytes: sum(({ bytes }) => bytes) / 1e9,
          rooflineShare: allowedMs / milliseconds,
        },
      ];
    })
    .toSorted((a, b) => b.milliseconds - a.milliseconds);
}
