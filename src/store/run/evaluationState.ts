/**
 * The results of evaluations: the newest confusion matrix with the images behind it, the test result, and the gallery. Pure
 * functions, updated by the worker's events.
 */
import type { Classified, EvaluatedPart } from "../../core/classified.ts";
import { formatCount } from "../../core/units.ts";
import type { WorkerEvent, WorkerEventOf } from "../../protocol/events.ts";

import { type Facts, factsOf } from "./facts.ts";

export interface Confusion {
  /** `[classes, classes]` counts; rows are the true class. */
  readonly counts: Uint32Array;
  readonly numClasses: number;
  readonly numImages: number;
  readonly step: number;
  /** The images that were evaluated. */
  readonly part: EvaluatedPart;
  /** What the network said of each of them; `null` when only the counts were kept. */
  readonly images: Classified | null;
}

export interface EvaluationState {
  readonly confusion: Confusion | null;
  readonly test: Facts<"test.completed"> | null;
  readonly predictions: Facts<"predictions.updated"> | null;
  /** From the newest evaluation, when it lagged behind training. */
  readonly statistics: Facts<"statistics.compared"> | null;
}

export function noEvaluation(): EvaluationState {
  return { confusion: null, test: null, predictions: null, statistics: null };
}

/** The caller has checked that the event belongs to the current run. */
export function evaluationAfter(state: EvaluationState, event: WorkerEvent): EvaluationState {
  switch (event.type) {
    case "validation.completed":
      return { ...state, statistics: null, confusion: confusionOf(event) };
    case "test.completed":
      return { ...state, test: factsOf(event), confusion: confusionOf(event), statistics: null };
    case "statistics.compared":
      return { ...state, statistics: factsOf(event) };
    case "predictions.updated":
      return { ...state, predictions: factsOf(event) };
    default:
      return state;
  }
}

/** Writes `1,000 validation images after step 940` */
export function confusionCaption(confusion: Confusion): string {
  const { numImages, step } = confusion;
  return `${formatCount(numImages)} ${sourceOf(confusion)} images after step ${formatCount(step)}`;
}

export function sourceOf({ part }: Pick<Confusion, "part">): "validation" | "test" {
  return part === "test" ? "test" : "validation";
}

function confusionOf(event: WorkerEventOf<"validation.completed" | "test.completed">): Confusion {
  const { confusion: counts, numImages, step } = event;
  const { labels, predicted, probabilities, keptClasses } = event;
  return {
    counts,
    numClasses: Math.round(Math.sqrt(counts.length)),
    numImages,
    step,
    part: event.type === "test.completed" ? "test" : event.whole ? "whole" : "subset",
    images: { labels, predicted, probabilities, keptClasses },
  };
}
