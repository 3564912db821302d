/**
 * Marks the gradient of a batch normalisation inline when only the two gradients of the convolution before it read it. Both
 * then compute it while they load it.
 */
import type { TrainingPlan } from "../trainingPlan.ts";
import { markInline } from "./marking.ts";

export function inlineNormalizationGradient(plan: TrainingPlan): TrainingPlan {
  return markInline(plan, ["normalizationGradient"]);
}
