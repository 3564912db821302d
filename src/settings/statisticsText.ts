/** What is said where inference lags behind training because of batch normalisation's moving statistics: page and terminal alike. */
import { formatCount, formatPercent } from "../core/units.ts";
import { FIELDS } from "./fields.ts";

/** The same images by the moving statistics, as inference takes them, and by those of their own batches, as training does. */
export interface StatisticsComparison {
  readonly of: "validation" | "test";
  /** How many were compared: a part of the evaluated ones. */
  readonly numImages: number;
  readonly byMoving: number;
  readonly byBatch: number;
  /** Accuracy on the newest training batches. */
  readonly training: number;
}

/** Accuracy that a lag must amount to before it needs an explanation. */
export const LAG = 0.05;

/** `null` where the lag is small, or where the statistics explain less than half of it. */
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
