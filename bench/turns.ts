/** Turns of a comparison: how many steps one takes, and the statistics over the steps of all turns. */
import { leastOf } from "../src/core/numbers.ts";
import { median } from "./median.ts";

export interface StepTimes {
  readonly bestMs: number;
  readonly medianMs: number;
  readonly steps: number;
  /** Losses of the first steps, before any time was measured. */
  readonly losses: readonly number[];
}

export interface TurnOptions {
  readonly rounds: number;
  /** The approximate duration of one entrant's turn. */
  readonly turnMs: number;
}

/** Takes this many steps and returns the milliseconds of each. */
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
 * Takes two uncounted turns, because code gets faster while it is being compiled; only one when a step is longer than a turn.
 *
 * @returns the number of steps in a turn.
 */
export async function warmUp(run: RunSteps, turnMs: number): Promise<number> {
  const stepsFor = (milliseconds: number) =>
    Math.max(1, Math.min(MOST_STEPS_A_TURN, Math.round(turnMs / milliseconds)));
  const single = leastOf(await run(1));
  if (single > turnMs) return 1;
  return stepsFor(leastOf(await run(stepsFor(single))));
}
