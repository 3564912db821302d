/**
 * Marks normalisation and ReLU inline when all their readers can compute them while loading. The normalised map is then neither
 * written nor read, in the forward or the backward pass.
 */
import type { Plan } from "../trainingPlan.ts";
import { markInline } from "./marking.ts";

export function inlineNormalize<T extends Plan>(plan: T): T {
  return markInline(plan, ["normalize", "activation"]);
}
