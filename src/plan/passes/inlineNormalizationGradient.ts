/**
 * The gradient behind a batch normalisation is computed by the two gradients of the convolution before it, while
 * they load it, where they are all that reads it.
 */
import type { TrainingPlan } from "../trainingPlan.ts";
import { markInline } from "./marking.ts";

export function inlineNormalizationGradient(plan: TrainingPlan): TrainingPlan {
  return markInline(plan, ["normalizationGradient"]);
}
