/**
 * Distributes a step's time over phases and kinds of operations, and compares each with the machine's limits. The roofline of a
 * launch is the longer of two times: its arithmetic at the probe's rate, and its bytes at the probe's bandwidth.
 */
import type { Phase } from "../../src/plan/buffers.ts";
import type { Kind } from "./kindOf.ts";
import type { LaunchTime } from "./launchTime.ts";
import type { Work } from "./launchWork.ts";

/** The machine's limits as the probe measured them. */
export interface Limits {
  /** Rate of multiply-adds, two operations each. */
  readonly gflops: number;
  /** Bandwidth of copies, bytes read plus bytes written. */
  readonly gigabytesPerSecond: number;
}

export interface StepGroup {
  readonly phase: Phase;
  readonly kind: Kind;
  readonly launches: number;
  readonly milliseconds: number;
  readonly gflop: number;
  readonly gigabytes: number;
  /** Share of the probe's multiply-add rate. */
  readonly multiplyAddShare: number;
  /** Share of the probe's copy bandwidth. It exceeds 1 when data that count as memory traffic are in a cache. */
  readonly copyShare: number;
  /** The roofline's time divided by the measured time. It may exceed 1 like `copyShare`. */
  readonly rooflineShare: number;
}

/** @param limits for the number of threads that computed the step. */
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
  /** The sum over launches of the longer of the two times, as if arithmetic and memory traffic overlapped. */
  readonly rooflineMs: number;
}

/** Returns the minimum time of the launches. */
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
