/** The passes by name, in the order in which they run. Each returns a plan that computes the same numbers. */
import type { Plan } from "../trainingPlan.ts";
import { inlineNormalizationGradient } from "./inlineNormalizationGradient.ts";
import { inlineNormalize } from "./inlineNormalize.ts";
import { joinInputGradients } from "./joinInputGradients.ts";
import { joinMasks } from "./joinMasks.ts";
import { joinStatistics } from "./joinStatistics.ts";

const PASSES = {
  inlineNormalize,
  inlineNormalizationGradient,
  joinStatistics,
  joinInputGradients,
  joinMasks,
} as const satisfies Readonly<Record<string, <T extends Plan>(plan: T) => T>>;
export type PassName = keyof typeof PASSES;
export const PASS_NAMES = Object.keys(PASSES) as readonly PassName[];

/** @param names the passes to run; an executor names those whose marks its kernels support. */
export function applyPasses<T extends Plan>(plan: T, names: readonly PassName[]): T {
  return PASS_NAMES.filter((name) => names.includes(name)).reduce(
    (rewritten, name) => PASSES[name](rewritten),
    plan,
  );
}
