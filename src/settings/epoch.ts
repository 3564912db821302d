/** How many steps an epoch has, from the settings and the number of training images that a data set has. */
import { isOwnDataSet } from "./ownData.ts";
import type { Settings } from "./settings.ts";

/** At most one image in three is held out; `data/split.ts` says the same of the images themselves. */
const MAX_HELD_OUT_SHARE = 1 / 3;

type EpochSettings = Pick<
  Settings,
  "dataSet" | "trainingImages" | "holdOut" | "batchSize" | "remainder" | "stepsPerEpoch"
>;

/** @param numTrain images of the data set's training part, the hold-out included. 0 where not one batch can be filled. */
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
