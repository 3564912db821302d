/** Computes the number of steps in an epoch and in a run from the settings and the size of the data set. */
import { isOwnDataSet } from "./ownData.ts";
import type { Settings } from "./settings.ts";

/** At most one image in three is held out. `data/split.ts` applies the same limit to the images. */
const MAX_HELD_OUT_SHARE = 1 / 3;

type EpochSettings = Pick<
  Settings,
  "dataSet" | "trainingImages" | "holdOut" | "batchSize" | "remainder" | "stepsPerEpoch"
>;

/**
 * @param numTrain images of the data set's training part, including the hold-out.
 * @returns 0 when not one batch can be filled.
 */
export function stepsInEpoch(settings: EpochSettings, numTrain: number): number {
  const { dataSet, trainingImages, holdOut, batchSize, remainder, stepsPerEpoch } = settings;
  const numTaken = trainingImages === 0 ? numTrain : Math.min(trainingImages, numTrain);
  const numHeldOut = isOwnDataSet(dataSet)
    ? 0
    : Math.min(holdOut, Math.floor(numTaken * MAX_HELD_OUT_SHARE));
  const batches = (numTaken - numHeldOut) / batchSize;
  const ofAll = remainder === "drop" ? Math.floor(batches) : Math.ceil(batches);
  return ofAll >= 1 && stepsPerEpoch > 0 ? stepsPerEpoch : ofAll;
}

/** @param perEpoch the number of steps in an epoch */
export function stepsInBudget(
  { budget, steps, epochs }: Pick<Settings, "budget" | "steps" | "epochs">,
  perEpoch: number,
): number {
  return budget === "steps" ? steps : Math.max(1, Math.round(epochs * perEpoch));
}

/** @param numTrain images of the data set's training part, including the hold-out. */
export function stepsInRun(settings: Settings, numTrain: number): number {
  return stepsInBudget(settings, stepsInEpoch(settings, numTrain));
}
