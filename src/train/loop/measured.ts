/** How good a run's network was found to be, and with which weights. */
import type { Evaluation } from "../../exec/executor.ts";

export interface Measured extends Pick<Evaluation, "loss" | "accuracy" | "numImages"> {
  /** Steps that the weights had had. */
  readonly step: number;
}

/** The newest of each kind; `null` before the first. */
export interface NewestMeasured {
  readonly validation: Measured | null;
  readonly test: Measured | null;
}
