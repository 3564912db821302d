/** Converts a number of steps to images and multiplications. Pure functions. */
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
