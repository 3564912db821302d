/**
 * The results of evaluations: the newest confusion matrix and the images behind it, the test result, and the gallery. Pure
 * functions, updated by the worker's events.
 */
import { formatCount } from "../../core/units.ts";
import type { WorkerEvent, WorkerEventOf } from "../../protocol/events.ts";

import { type Facts, factsOf } from "./facts.ts";

export interface Confusion {
  /** `[classes, classes]` counts; rows are the true class. */
  readonly counts: Uint32Array;
  readonly numClasses: number;
  readonly numImages: number;
  readonly step: number;
  readonly source: "validation" | "test";
}

/** A chosen cell of the matrix; `images` is `null` until they have arrived. */
export interface ConfusionCell {
  readonly trueClass: number;
  readonly predictedClass: number;
  /** Indices into the test set, as many as are requested at once. */
  readonly indices: readonly number[];
  /** The total number of images in the cell. */
  readonly numImages: number;
  readonly images: Facts<"images.delivered"> | null;
  /** The id of the request for the images. */
  readonly requestId: string | null;
  /** Why the images will not arrive. */
  readonly problem: string | null;
}

export interface EvaluationState {
  readonly confusion: Confusion | null;
  readonly test: Facts<"test.completed"> | null;
  readonly predictions: Facts<"predictions.updated"> | null;
  readonly cell: ConfusionCell | null;
  /** From the newest evaluation, when it lagged behind training. */
  readonly statistics: Facts<"statistics.compared"> | null;
}

/** The maximum number of images shown for one cell. */
const MAX_CELL_IMAGES = 60;

export function noEvaluation(): EvaluationState {
  return { confusion: null, test: null, predictions: null, cell: null, statistics: null };
}

/** The caller has checked that the event belongs to the current run. */
export function evaluationAfter(state: EvaluationState, event: WorkerEvent): EvaluationState {
  switch (event.type) {
    case "validation.completed":
      return { ...state, statistics: null, confusion: confusionOf(event, "validation") };
    case "test.completed":
      return {
        ...state,
        test: factsOf(event),
        confusion: confusionOf(event, "test"),
        cell: null,
        statistics: null,
      };
    case "statistics.compared":
      return { ...state, statistics: factsOf(event) };
    case "predictions.updated":
      return { ...state, predictions: factsOf(event) };
    case "images.delivered":
      return withAnswer(state, event.requestId, { images: factsOf(event) });
    case "images.failed":
      return withAnswer(state, event.requestId, { problem: event.error.message });
    case "request.superseded":
      return withAnswer(state, event.requestId, { problem: IMAGES_GONE });
    default:
      return state;
  }
}

/** The message when the worker that could deliver the images has ended. */
const IMAGES_GONE = "The run is gone, and its images went with it. Train again to see them.";

/** An answer to the request of another cell changes nothing. */
function withAnswer(
  state: EvaluationState,
  requestId: string,
  answer: Partial<Pick<ConfusionCell, "images" | "problem">>,
): EvaluationState {
  const { cell } = state;
  if (cell === null || cell.requestId !== requestId) return state;
  return { ...state, cell: { ...cell, ...answer, requestId: null } };
}

/** Returns the cell to show, with the test images that fall into it; `null` while there is no test result. */
export function cellOf(
  state: EvaluationState,
  trueClass: number,
  predictedClass: number,
): ConfusionCell | null {
  const { test } = state;
  if (test === null) return null;
  const all: number[] = [];
  test.predicted.forEach((predicted, index) => {
    if (predicted === predictedClass && test.labels[index] === trueClass) all.push(index);
  });
  return {
    trueClass,
    predictedClass,
    indices: all.slice(0, MAX_CELL_IMAGES),
    numImages: all.length,
    images: null,
    requestId: null,
    problem: null,
  };
}

/** Writes `1,000 validation images after step 940` */
export function confusionCaption(confusion: Confusion): string {
  return `${formatCount(confusion.numImages)} ${confusion.source} images after step ${formatCount(confusion.step)}`;
}

function confusionOf(
  event: WorkerEventOf<"validation.completed" | "test.completed">,
  source: Confusion["source"],
): Confusion {
  const numClasses = Math.round(Math.sqrt(event.confusion.length));
  return {
    counts: event.confusion,
    numClasses,
    numImages: event.numImages,
    step: event.step,
    source,
  };
}
