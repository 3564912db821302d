/**
 * Joins the ReLU's mask, and the sums that the gradient of batch normalisation needs, to the launch that computes the gradient.
 * No other step reads the unmasked gradient, so it is not stored.
 */
import type { Plan } from "../trainingPlan.ts";
import { markJoining } from "./marking.ts";

export function joinMasks<T extends Plan>(plan: T): T {
  return markJoining(plan, ["activationGradient", "normalizationSums"]);
}
