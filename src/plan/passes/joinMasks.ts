/**
 * The ReLU's mask, and the sums that batch normalisation needs, are taken in the launch that makes a gradient. The
 * gradient without its mask, which nobody else reads, is not stored.
 */
import type { TrainingPlan } from "../trainingPlan.ts";
import { markJoining } from "./marking.ts";

export function joinMasks(plan: TrainingPlan): TrainingPlan {
  return markJoining(plan, ["activationGradient", "normalizationSums"]);
}
