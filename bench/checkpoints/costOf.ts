/** Compares steps during which a checkpoint is kept with the steps after them. */
import { greatestOf } from "../../src/core/numbers.ts";
import { median } from "../median.ts";

/** The report of a step. */
export interface Step {
  readonly step: number;
  /** Milliseconds. */
  readonly at: number;
}

/** The report of a checkpoint that is complete. */
export interface Kept extends Step {
  readonly bytes: number;
  /** The cost that the run itself counts, in milliseconds. */
  readonly ms: number;
}

export interface Rounds {
  readonly steps: readonly Step[];
  readonly kept: readonly Kept[];
}

/** Steps with a checkpoint, and as many without. A round whose writing is not over before the latter is left out. */
export const STEPS_A_PART = 5;

/** The rule of `train/loop/checkpointKeeper.ts`. */
const INTERVAL = { leastMs: 30_000, costs: 50 } as const;
const LIMITS = { share: 0.02, waitMs: 30, waitShare: 0.05 } as const;

/**
 * The k-th step with a checkpoint is compared with the k-th step without, and the median over the rounds taken, because other
 * programs disturb single steps.
 */
export function costOf({ steps, kept }: Rounds): object {
  const reports = new Map(steps.map(({ step, at }) => [step, at]));
  const tookMs = (step: number) =>
    (reports.get(step) ?? Number.NaN) - (reports.get(step - 1) ?? Number.NaN);
  const measured = kept.filter(({ step }) => !Number.isNaN(tookMs(step + 2 * STEPS_A_PART)));
  const rounds = measured.filter(({ step, at }) => at <= (reports.get(step + STEPS_A_PART) ?? 0));
  if (rounds.length < measured.length / 2)
    throw new Error(`checkpoints: most took longer than the ${STEPS_A_PART} steps beside them.`);
  const places = Array.from({ length: STEPS_A_PART }, (_, place) => place + 1);
  const waits = places.map((place) =>
    median(rounds.map(({ step }) => tookMs(step + place) - tookMs(step + STEPS_A_PART + place))),
  );
  const undisturbed = rounds.flatMap(({ step }) =>
    places.map((place) => tookMs(step + STEPS_A_PART + place)),
  );
  const stepMs = median(undisturbed);
  const costMs = waits.reduce((sum, wait) => sum + wait, 0);
  const countedMs = median(rounds.map(({ ms }) => ms));
  const writtenAfterMs = median(
    rounds.map(({ step, at }) => at - (reports.get(step) ?? Number.NaN)),
  );
  const dueAfterMs = Math.max(INTERVAL.leastMs - writtenAfterMs, INTERVAL.costs * countedMs);
  const longestWaitMs = greatestOf(waits);
  return {
    rounds: rounds.length,
    bytes: greatestOf(rounds.map(({ bytes }) => bytes)),
    stepMs,
    /** The extra time of each step from the one that the checkpoint falls on. */
    waitsMs: waits,
    longestWaitMs,
    costMs,
    countedMs,
    writtenAfterMs,
    /** The time from the beginning of one checkpoint to that of the next. */
    dueAfterMs,
    /** The most training that a crash loses, but for the step in progress. */
    intervalMs: dueAfterMs + writtenAfterMs,
    share: costMs / dueAfterMs,
    limits: LIMITS,
    withinLimit:
      costMs / dueAfterMs < LIMITS.share &&
      longestWaitMs <= Math.max(LIMITS.waitMs, LIMITS.waitShare * stepMs),
  };
}
