/** Computes how many steps a run has and how many images it validates on. */
import { PlaygroundError } from "../../core/errors.ts";
import { formatCount } from "../../core/units.ts";
import { stepsPerEpoch } from "../../data/split.ts";
import { stepsInBudget } from "../../settings/epoch.ts";
import { isOwnDataSet } from "../../settings/ownData.ts";
import { type Advice, remedyOf } from "../../settings/remedies.ts";
import type { Settings, TrainingSettings } from "../../settings/settings.ts";

export interface Budget {
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  /** The number of images in a whole validation. */
  readonly validationImages: number;
}

/**
 * @param numTraining the number of images in one pass, after the hold-out.
 * @param numValidation the number of held-out images.
 * @throws PlaygroundError `data.too-few-images` when the images do not fill a single batch.
 */
export function runBudget(settings: Settings, numTraining: number, numValidation: number): Budget {
  const { batchSize, remainder, validationSteps } = settings;
  const ofAll = stepsPerEpoch({ numTraining, batchSize, remainder });
  if (ofAll < 1) throw tooFewImages(settings, numTraining, numValidation);
  const perEpoch = settings.stepsPerEpoch === 0 ? ofAll : settings.stepsPerEpoch;
  const totalSteps = stepsInBudget(settings, { perEpoch, numImages: numTraining });
  const validationImages =
    validationSteps === 0 ? numValidation : Math.min(numValidation, validationSteps * batchSize);
  return { stepsPerEpoch: perEpoch, totalSteps, validationImages };
}

/**
 * Chooses a remedy that is possible: own data have no hold-out to lower, and the number of images cannot exceed those that exist.
 */
function tooFewImages(
  settings: Settings,
  numTraining: number,
  numValidation: number,
): PlaygroundError {
  const { batchSize, remainder, trainingImages, holdOut, dataSet } = settings;
  const isOwn = isOwnDataSet(dataSet);
  const numTaken = isOwn ? numTraining : numTraining + numValidation;
  const needed = remainder === "drop" ? batchSize : 1;
  const advice: Advice[] = [];
  if (numTraining > 0)
    advice.push({ verb: "lower", key: "batchSize", to: `${numTraining} or less` });
  if (numTraining > 0 && remainder === "drop")
    advice.push({ verb: "set", key: "remainder", to: "Keep" });
  if (trainingImages > 0 && trainingImages <= numTaken)
    advice.push({ verb: "raise", key: "trainingImages" });
  if (holdOut > 0) advice.push({ verb: "lower", key: "holdOut" });
  return new PlaygroundError({
    code: "data.too-few-images",
    where: "Training images",
    rule: "an epoch needs at least one batch",
    expected: `${formatCount(needed)} images or more${isOwn ? "" : " besides the hold-out"}`,
    got: formatCount(numTraining),
    remedy: remedyOf(settings, advice, "Choose files with more training images."),
    context: { setting: "trainingImages", numTraining, batchSize },
  });
}

/** Returns one sentence each when an epoch or the validation does not use all images. */
export function budgetNotes(
  { stepsPerEpoch: steps, validationImages }: Budget,
  { stepsPerEpoch: asSet, batchSize }: Pick<TrainingSettings, "stepsPerEpoch" | "batchSize">,
  { numTrain, numValidation }: { readonly numTrain: number; readonly numValidation: number },
): readonly string[] {
  const notes: string[] = [];
  if (asSet > 0)
    notes.push(
      `An epoch is ${formatCount(steps)} steps here: ${formatCount(steps * batchSize)} images, of the ${formatCount(numTrain)} to train on.`,
    );
  if (validationImages < numValidation)
    notes.push(
      `A validation looks at the same ${formatCount(validationImages)} of the ${formatCount(numValidation)} images held out.`,
    );
  return notes;
}

/** Returns the epoch (from 1) and the step within it (from 1) of the `step`-th step (from 1). */
export function epochOf(
  step: number,
  stepsPerEpoch: number,
): { readonly epoch: number; readonly stepInEpoch: number } {
  const before = Math.max(0, step - 1);
  return {
    epoch: Math.floor(before / stepsPerEpoch) + 1,
    stepInEpoch: (before % stepsPerEpoch) + 1,
  };
}
