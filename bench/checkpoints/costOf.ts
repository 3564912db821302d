/** Compares the steps during which a checkpoint is kept with the others of the same run. */
import { greatestOf } from "../../src/core/numbers.ts";
import { median } from "../median.ts";

/** The report of a step. Times are in milliseconds. */
export interface Step {
  readonly step: number;
  readonly at: number;
  /** The time spent in steps until then, without the waits between them. */
  readonly trainMs: number;
}

/** The report of a checkpoint that is complete. */
export interface Kept {
  readonly step: number;
  readonly at: number;
  readonly bytes: number;
  /** The cost that the run itself counts. */
  readonly ms: number;
  /** The interval that the run chose. */
  readonly intervalMs: number;
}

export interface Rounds {
  readonly steps: readonly Step[];
  readonly kept: readonly Kept[];
}

const LIMITS = { share: 0.02, waitMs: 30, waitShare: 0.05 } as const;
/** The first steps compile code and get memory. */
const WARM_UP = 2;

/** One step from the report of the step before it to its own. */
interface Taken {
  readonly tookMs: number;
  /** The part of it between the steps, where training waits for a checkpoint. */
  readonly waitMs: number;
}

/** @throws Error when every step was taken beside a checkpoint */
export function costOf({ steps, kept }: Rounds): object {
  const taken = new Map(
    steps.slice(1).map(({ step, at, trainMs }, index): readonly [number, Taken] => {
      const before = steps[index];
      const tookMs = at - (before?.at ?? 0);
      return [step, { tookMs, waitMs: tookMs - trainMs + (before?.trainMs ?? 0) }];
    }),
  );
  const rounds = kept.map(({ step, at }) => {
    const numSteps = steps.filter((one) => one.step > step && one.at <= at).length + 1;
    return Array.from({ length: numSteps }, (_, index) => step + index + 1);
  });
  const beside = new Set(rounds.flat());
  const others = [...taken].flatMap(([step, one]) =>
    step > WARM_UP && !beside.has(step) ? [one] : [],
  );
  if (others.length === 0)
    throw new Error("checkpoints: every step was taken beside a checkpoint.");
  const stepMs = median(others.map(({ tookMs }) => tookMs));
  const otherWaitMs = median(others.map(({ waitMs }) => waitMs));
  const waitsMs = Array.from(
    { length: greatestOf(rounds.map(({ length }) => length)) },
    (_, index) =>
      median(
        rounds.flatMap((round) => {
          const own = taken.get(round[index] ?? -1);
          return own === undefined ? [] : [own.waitMs - otherWaitMs];
        }),
      ),
  );
  const costMs = median(
    rounds.map((round) =>
      round.reduce((sum, step) => sum + (taken.get(step)?.tookMs ?? stepMs) - stepMs, 0),
    ),
  );
  const countedMs = median(kept.map(({ ms }) => ms));
  const intervalMs = median(kept.map((one) => one.intervalMs));
  const longestWaitMs = greatestOf(waitsMs);
  const share = Math.max(costMs, countedMs) / intervalMs;
  const reached = {
    share: share < LIMITS.share,
    wait: longestWaitMs <= Math.max(LIMITS.waitMs, LIMITS.waitShare * stepMs),
  };
  return {
    rounds: rounds.length,
    bytes: greatestOf(kept.map(({ bytes }) => bytes)),
    stepMs,
    /** The steps from the one that a checkpoint falls on until it is on the disk. */
    numSteps: median(rounds.map(({ length }) => length)),
    /** How long each of these steps waits for the checkpoint. */
    waitsMs,
    longestWaitMs,
    longestWaitShare: longestWaitMs / stepMs,
    /** The time that these steps take in addition to others. */
    costMs,
    countedMs,
    intervalMs,
    /** The greater of both costs, by the interval. */
    share,
    limits: LIMITS,
    reached,
    withinLimit: reached.share && reached.wait,
  };
}
