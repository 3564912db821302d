/** The optimisers as the settings use them. Their formulas are in `formulas/optimizers/`. */
import type { OptimizerCoefficient } from "../formulas/optimizers/optimizer.ts";
import { OPTIMIZER_WORDS } from "../formulas/optimizers/words.ts";

export type OptimizerKind = keyof typeof OPTIMIZER_WORDS;

const KINDS = Object.keys(OPTIMIZER_WORDS) as readonly OptimizerKind[];

/** Returns one value for each optimiser. */
export function forEachOptimizer<T>(
  make: (kind: OptimizerKind) => T,
): Readonly<Record<OptimizerKind, T>> {
  return Object.fromEntries(KINDS.map((kind) => [kind, make(kind)])) as Record<OptimizerKind, T>;
}

export const OPTIMIZER_OPTIONS = KINDS.map((value) => ({
  value,
  label: OPTIMIZER_WORDS[value].label,
}));

/** Returns the optimisers that use a setting. */
export function optimizersWith(setting: OptimizerCoefficient): readonly OptimizerKind[] {
  return KINDS.filter((kind) => OPTIMIZER_WORDS[kind].settings.includes(setting));
}
