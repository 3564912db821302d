/**
 * Explains, on the page and in the terminal, why inference lags behind training because of batch normalisation's moving
 * statistics.
 */
import { formatCount, formatPercent } from "../core/units.ts";
import { FIELDS } from "./fields.ts";

/**
 * Accuracies on the same images with the moving statistics, as inference uses them, and with those of their own batches, as
 * training does.
 */
export interface StatisticsComparison {
  readonly of: "validation" | "test";
  /** The number of compared images: a part of the evaluated ones. */
  readonly numImages: number;
  readonly byMoving: number;
  readonly byBatch: number;
  /** Accuracy on the newest training batches. */
  readonly training: number;
}

/** The smallest lag in accuracy that needs an explanation. */
export const LAG = 0.05;

/** Returns `null` when the lag is small, or when the statistics explain less than half of it. */
export function statisticsText(
  { of, numImages, byMoving, byBatch, training }: StatisticsComparison,
  batchNormMomentum: number,
): string | null {
  const lag = training - byMoving;
  if (lag < LAG || byBatch - byMoving < lag / 2) return null;
  const { learningRate, batchNormMomentum: momentum } = FIELDS;
  return (
    `The ${of} lags behind training because of batch normalisation: with the statistics of their own batches, ` +
    `${formatCount(numImages)} of its images reach ${formatPercent(byBatch)}, with the moving ones that inference uses ` +
    `${formatPercent(byMoving)}. At a momentum of ${batchNormMomentum} these trail the weights. Train longer, or lower ` +
    `${learningRate.label} or ${momentum.label}.`
  );
}
