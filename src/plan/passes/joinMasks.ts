/**
 * The ReLU's mask, and the sums that batch normalisation needs, are taken in the launch that makes a gradient. The
 * gradient without its mask is then not stored where nobody else reads it.
 */
import type { TrainingPlan } from "../trainingPlan.ts";
import { markJoining } from "./marking.ts";

export function joinMasks(plan: TrainingPlan): TrainingPlan {
  return markJoining(plan, ["activationGradient", "normalizationSums"]);
}
