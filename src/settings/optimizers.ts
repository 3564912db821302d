/**
 * Lists every optimiser with its name in the control and how many vectors it keeps. `formulas/optimizers/registry.ts` has the
 * formulas apart, because page and worker load this list before anything trains.
 */

/** In the order of the control. `vectors` is the number of vectors that are kept for each weight. */
export const OPTIMIZER_WORDS = {
  adam: { label: "Adam", vectors: 2 },
  adamw: { label: "AdamW", vectors: 2 },
  sgd: { label: "SGD with momentum", vectors: 1 },
  rmsprop: { label: "RMSprop", vectors: 1 },
  adadelta: { label: "Adadelta", vectors: 2 },
  nesterov: { label: "SGD with Nesterov momentum", vectors: 1 },
  lion: { label: "Lion", vectors: 1 },
  adamax: { label: "Adamax", vectors: 2 },
  nadam: { label: "Nadam", vectors: 2 },
  adagrad: { label: "Adagrad", vectors: 1 },
} satisfies Readonly<Record<string, { readonly label: string; readonly vectors: number }>>;

export type OptimizerKind = keyof typeof OPTIMIZER_WORDS;

/** Returns one value for each optimiser. */
export function forEachOptimizer<T>(
  make: (kind: OptimizerKind) => T,
): Readonly<Record<OptimizerKind, T>> {
  const kinds = Object.keys(OPTIMIZER_WORDS) as readonly OptimizerKind[];
  return Object.fromEntries(kinds.map((kind) => [kind, make(kind)])) as Record<OptimizerKind, T>;
}

export const OPTIMIZER_OPTIONS = Object.entries(
  forEachOptimizer((value) => ({ value, label: OPTIMIZER_WORDS[value].label })),
).map(([, option]) => option);

/** The optimisers that use the setting `momentum`. */
export const WITH_MOMENTUM: readonly OptimizerKind[] = ["sgd", "nesterov"];
