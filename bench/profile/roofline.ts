/**
 * Where a step's time goes, by phase and kind of operation, and how near each is to what the machine can do: the
 * roofline is the time that its arithmetic takes at the probe's rate or its bytes at the probe's bandwidth, whichever
 * is longer, launch by launch.
 */
import type { Phase } from "../../src/plan/buffers.ts";
import type { Kind } from "./kindOf.ts";
import type { LaunchTime } from "./launchTime.ts";
import type { Work } from "./launchWork.ts";

/** What a probe found that the machine can do. */
export interface Limits {
  /** Of multiply-adds, two operations each. */
  readonly gflops: number;
  /** Of copies, bytes read and bytes written together. */
  readonly gigabytesPerSecond: number;
}

export interface StepGroup {
  readonly phase: Phase;
  readonly kind: Kind;
  readonly launches: number;
  readonly milliseconds: number;
  readonly gflop: number;
  readonly gigabytes: number;
  /** Of the probe's multiply-add rate. */
  readonly multiplyAddShare: number;
  /** Of the probe's copy bandwidth. Above 1 where caches hold what is counted as memory. */
  readonly copyShare: number;
  /** Of the time that the roofline allows. Above 1 as `copyShare`. */
  readonly rooflineShare: number;
}

/** @param limits of as many threads as computed the step. */
export function groupLaunches(
  launches: readonly LaunchTime[],
  limits: Limits,
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
      const { arithmeticMs, bytesMs, rooflineMs, gflop, gigabytes } = leastTime(members, limits);
      const milliseconds = members.reduce((total, member) => total + member.milliseconds, 0);
      return [
        {
          phase: first.phase,
          kind: first.kind,
          launches: members.length,
          milliseconds,
          gflop,
          gigabytes,
          multiplyAddShare: arithmeticMs / milliseconds,
          copyShare: bytesMs / milliseconds,
          rooflineShare: rooflineMs / milliseconds,
        },
      ];
    })
    .toSorted((a, b) => b.milliseconds - a.milliseconds);
}

export interface LeastTime {
  readonly gflop: number;
  readonly gigabytes: number;
  /** All arithmetic at the multiply-add rate. */
  readonly arithmeticMs: number;
  /** All bytes at the copy bandwidth. */
  readonly bytesMs: number;
  /** Whichever of the two is longer, launch by launch: both at once. */
  readonly rooflineMs: number;
}

/** What launches take at least. */
export function leastTime(launches: readonly Work[], limits: Limits): LeastTime {
  const sum = (of: (launch: Work) => number) =>
    launches.reduce((total, launch) => total + of(launch), 0);
  const arithmeticMs = ({ flops }: Work) => flops / limits.gflops / 1e6;
  const bytesMs = ({ bytes }: Work) => bytes / limits.gigabytesPerSecond / 1e6;
  return {
    gflop: sum(({ flops }) => flops) / 1e9,
    gigabytes: sum(({ bytes }) => bytes) / 1e9,
    arithmeticMs: sum(arithmeticMs),
    bytesMs: sum(bytesMs),
    rooflineMs: sum((launch) => Math.max(arithmeticMs(launch), bytesMs(launch))),
  };
}
