/** How long a run is, in steps. */
import { stepsPerEpoch } from "../data/split.ts";
import type { TrainingSettings } from "../spec/settings.ts";

export interface Budget {
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
}

/**
 * @param numTraining images an epoch goes through, after the hold-out.
 * @throws PlaygroundError `data.too-few-images` where not one batch can be filled.
 */
export function runBudget(
  settings: Pick<TrainingSettings, "budget" | "epochs" | "steps" | "batchSize" | "remainder">,
  numTraining: number,
): Budget {
  const { batchSize, remainder } = settings;
  const perEpoch = stepsPerEpoch({ numTraining, batchSize, remainder });
  const totalSteps =
    settings.budget === "steps"
      ? settings.steps
      : Math.max(1, Math.round(settings.epochs * perEpoch));
  return { stepsPerEpoch: perEpoch, totalSteps };
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
