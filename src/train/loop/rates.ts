/** The base learning rates of a run: the one that it began with and those that a person set while it trained. */
import type { Checkpoint } from "../../checkpoint/checkpoint.ts";

type Rates = Checkpoint["rates"];

export interface RunRates {
  /** Each with the first step that it applied to, counted from 0. */
  readonly all: Readonly<Rates>;
  readonly newest: number;
  /**
   * Returns the rate of the step that comes next.
   * @param set the rate that a person set last; undefined leaves it as it is.
   */
  at(step: number, set: number | undefined): number;
}

/** @param before at least one */
export function createRates(before: Rates): RunRates {
  const all = [...before];
  const newest = () => all.at(-1)?.learningRate ?? 0;
  return {
    all,
    get newest() {
      return newest();
    },
    at(step, set = newest()) {
      if (set !== newest()) all.push({ step, learningRate: set });
      return set;
    },
  };
}
