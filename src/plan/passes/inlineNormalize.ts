/**
 * Normalisation and ReLU are computed by whoever reads them, where all readers can: the normalised map is neither
 * written nor read, forward or backward.
 */
import { canBeInline } from "../marks.ts";
import type { Step } from "../step.ts";
import type { TrainingPlan } from "../trainingPlan.ts";
import { markSteps } from "./rewrite.ts";

export function inlineNormalize(plan: TrainingPlan): TrainingPlan {
  return markSteps(plan, (step, program) =>
    isCandidate(step) && canBeInline(plan, program, step) ? { ...step, inline: true } : step,
  );
}

function isCandidate({ op }: Step): boolean {
  return op === "normalize" || op === "activation";
}
