/** How long a run is, in steps, and how much it validates on. */
import { formatCount } from "../core/units.ts";
import { stepsPerEpoch } from "../data/split.ts";
import type { TrainingSettings } from "../spec/settings.ts";

export interface Budget {
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  /** Images that a whole validation looks at. */
  readonly validationImages: number;
}

type BudgetSettings = Pick<
  TrainingSettings,
  "budget" | "epochs" | "steps" | "stepsPerEpoch" | "validationSteps" | "batchSize" | "remainder"
>;

/**
 * @param numTraining images that one pass goes through, after the hold-out.
 * @param numValidation images held out.
 * @throws PlaygroundError `data.too-few-images` where not one batch can be filled.
 */
export function runBudget(
  settings: BudgetSettings,
  numTraining: number,
  numValidation: number,
): Budget {
  const { batchSize, remainder, validationSteps } = settings;
  const ofAll = stepsPerEpoch({ numTraining, batchSize, remainder });
  const perEpoch = settings.stepsPerEpoch === 0 ? ofAll : settings.stepsPerEpoch;
  const totalSteps =
    settings.budget === "steps"
      ? settings.steps
      : Math.max(1, Math.round(settings.epochs * perEpoch));
  const validationImages =
    validationSteps === 0 ? numValidation : Math.min(numValidation, validationSteps * batchSize);
  return { stepsPerEpoch: perEpoch, totalSteps, validationImages };
}

/** Where epoch and validation do not take all images: one sentence each. */
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

/** Epoch (from 1) and step within it (from 1) of the `step`-th step (from 1). */
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
