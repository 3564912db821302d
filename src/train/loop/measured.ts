/** The measured quality of a run's network, with the step of its weights. */
import type { Evaluation } from "../../exec/executor.ts";

export interface Measured extends Pick<Evaluation, "loss" | "accuracy" | "numImages"> {
  /** The number of steps these weights were trained for. */
  readonly step: number;
}

/** The newest result of each kind; `null` before the first. */
export interface NewestMeasured {
  readonly validation: Measured | null;
  readonly test: Measured | null;
}
