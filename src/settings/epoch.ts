/** Computes the number of steps in an epoch and in a run from the settings and the size of the data set. */
import { isOwnDataSet } from "./ownData.ts";
import type { Settings } from "./settings.ts";

/** At most one image in three is held out. `data/split.ts` applies the same limit to the images. */
const MAX_HELD_OUT_SHARE = 1 / 3;

type EpochSettings = Pick<
  Settings,
  "dataSet" | "trainingImages" | "holdOut" | "batchSize" | "remainder" | "stepsPerEpoch"
>;

/** @param numTrain images of the data set's training part, including the hold-out. */
function imagesInPass(
  { dataSet, trainingImages, holdOut }: Pick<Settings, "dataSet" | "trainingImages" | "holdOut">,
  numTrain: number,
): number {
  const numTaken = trainingImages === 0 ? numTrain : Math.min(trainingImages, numTrain);
  const numHeldOut = isOwnDataSet(dataSet)
    ? 0
    : Math.min(holdOut, Math.floor(numTaken * MAX_HELD_OUT_SHARE));
  return numTaken - numHeldOut;
}

function batchesInPass(
  { batchSize, remainder }: Pick<Settings, "batchSize" | "remainder">,
  numImages: number,
): number {
  const batches = numImages / batchSize;
  return remainder === "drop" ? Math.floor(batches) : Math.ceil(batches);
}

/**
 * @param numTrain images of the data set's training part, including the hold-out.
 * @returns 0 when not one batch can be filled.
 */
export function stepsInEpoch(settings: EpochSettings, numTrain: number): number {
  const { stepsPerEpoch } = settings;
  const ofAll = batchesInPass(settings, imagesInPass(settings, numTrain));
  return ofAll >= 1 && stepsPerEpoch > 0 ? stepsPerEpoch : ofAll;
}

type BudgetSettings = Pick<
  Settings,
  "budget" | "steps" | "epochs" | "images" | "batchSize" | "remainder"
>;

/**
 * @param perEpoch the number of steps in an epoch
 * @param numImages the number of images in a pass through the data, after the hold-out
 */
export function stepsInBudget(
  settings: BudgetSettings,
  { perEpoch, numImages }: { readonly perEpoch: number; readonly numImages: number },
): number {
  const { budget, steps, epochs, images, batchSize, remainder } = settings;
  switch (budget) {
    case "steps":
      return steps;
    case "epochs":
      return Math.max(1, Math.round(epochs * perEpoch));
    case "images": {
      // The last batch of a pass may be smaller than the others, so whole passes are counted first.
      const batches = batchesInPass(settings, numImages);
      const trained = remainder === "drop" ? batches * batchSize : numImages;
      const passes = Math.floor(images / trained);
      return passes * batches + Math.ceil((images - passes * trained) / batchSize);
    }
  }
}

/**
 * @param numTrain images of the data set's training part, including the hold-out.
 * @returns 0 when not one batch can be filled.
 */
export function stepsInRun(settings: Settings, numTrain: number): number {
  const perEpoch = stepsInEpoch(settings, numTrain);
  if (perEpoch === 0) return 0;
  return stepsInBudget(settings, { perEpoch, numImages: imagesInPass(settings, numTrain) });
}
