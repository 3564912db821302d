/**
 * Marks the gradient of a batch normalisation inline when only the two gradients of the convolution before it read it. Both
 * then compute it while they load it.
 */
import type { Plan } from "../trainingPlan.ts";
import { markInline } from "./marking.ts";

export function inlineNormalizationGradient<T extends Plan>(plan: T): T {
  return markInline(plan, ["normalizationGradient"]);
}
