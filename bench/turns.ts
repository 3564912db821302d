/** Turns: how many steps one lasts, and what is told of the steps of all of them. */
import { leastOf } from "../src/core/numbers.ts";
import { median } from "./median.ts";

export interface StepTimes {
  readonly bestMs: number;
  readonly medianMs: number;
  readonly steps: number;
  /** Of the first steps, before any time was taken. */
  readonly losses: readonly number[];
}

export interface TurnOptions {
  readonly rounds: number;
  /** About as long as one entrant's turn takes. */
  readonly turnMs: number;
}

/** Milliseconds of each of so many steps. */
export type RunSteps = (steps: number) => Promise<readonly number[]>;

const MOST_STEPS_A_TURN = 40;

export function stepTimes(times: readonly number[], losses: readonly number[]): StepTimes {
  return {
    bestMs: leastOf(times),
    medianMs: median(times),
    steps: times.length,
    losses,
  };
}

/**
 * Two turns that do not count, since code is compiled better while it runs; one where a step is longer than a turn.
 *
 * @returns steps of a turn.
 */
export async function warmUp(run: RunSteps, turnMs: number): Promise<number> {
  const stepsFor = (milliseconds: number) =>
    Math.max(1, Math.min(MOST_STEPS_A_TURN, Math.round(turnMs / milliseconds)));
  const single = leastOf(await run(1));
  if (single > turnMs) return 1;
  return stepsFor(leastOf(await run(stepsFor(single))));
}
