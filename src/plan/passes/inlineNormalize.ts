/**
 * Normalisation and ReLU are computed by whoever reads them, where all readers can: the normalised map is neither
 * written nor read, forward or backward.
 */
import type { TrainingPlan } from "../trainingPlan.ts";
import { markInline } from "./marking.ts";

export function inlineNormalize(plan: TrainingPlan): TrainingPlan {
  return markInline(plan, ["normalize", "activation"]);
}
