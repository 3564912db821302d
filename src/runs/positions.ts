/** Converts a number of steps to images, epochs, seconds or multiplications. Pure functions. */
import type { Settings } from "../settings/settings.ts";

/** A training step costs three forward passes: one forward, and two backward (the gradients of inputs and of filters). */
export const PASSES = 3;

export interface StepPlan {
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  readonly numTrain: number;
}

/** Counts images. The last batch of an epoch is smaller when it is kept. */
export function imagesAfter(
  { batchSize, stepsPerEpoch, numTrain }: StepPlan,
  remainder: Settings["remainder"],
  step: number,
): number {
  if (remainder === "drop") return step * batchSize;
  const epochs = Math.floor(step / stepsPerEpoch);
  return epochs * numTrain + (step % stepsPerEpoch) * batchSize;
}

/** The number of steps done and the milliseconds that were spent in them. */
export interface ClockReading {
  readonly step: number;
  readonly trainMs: number;
}

/**
 * Interpolates linearly between two readings of the clock.
 * @param readingAt the readings in ascending order of steps
 * @returns seconds; after the last reading, those of the last
 */
export function secondsAt(
  length: number,
  readingAt: (index: number) => ClockReading | undefined,
  step: number,
): number {
  let low = 0;
  let high = length - 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((readingAt(middle)?.step ?? 0) < step) low = middle + 1;
    else high = middle;
  }
  const after = readingAt(low);
  const before = readingAt(low - 1) ?? { step: 0, trainMs: 0 };
  const newest = readingAt(length - 1);
  if (after === undefined || newest === undefined) return 0;
  if (step >= newest.step) return newest.trainMs / 1000;
  const share = (step - before.step) / Math.max(1, after.step - before.step);
  return (before.trainMs + share * (after.trainMs - before.trainMs)) / 1000;
}
