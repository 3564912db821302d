/** Lists every optimiser with its formula and, for the page, its name in the control and how many vectors it keeps. */
import { adadelta } from "../formulas/optimizers/adadelta.ts";
import { adagrad } from "../formulas/optimizers/adagrad.ts";
import { adam } from "../formulas/optimizers/adam.ts";
import { adamax } from "../formulas/optimizers/adamax.ts";
import { adamw } from "../formulas/optimizers/adamw.ts";
import { lion } from "../formulas/optimizers/lion.ts";
import { nadam } from "../formulas/optimizers/nadam.ts";
import { nesterov } from "../formulas/optimizers/nesterov.ts";
import { rmsprop } from "../formulas/optimizers/rmsprop.ts";
import { sgd } from "../formulas/optimizers/sgd.ts";

/** The formulas. The page reads none of them, so its bundle does not contain them. */
export const OPTIMIZERS = {
  adam,
  adamw,
  sgd,
  rmsprop,
  adadelta,
  adagrad,
  nadam,
  adamax,
  lion,
  nesterov,
};

export type OptimizerKind = keyof typeof OPTIMIZERS;

/** Returns one value for each optimiser. */
export function forEachOptimizer<T>(
  make: (kind: OptimizerKind) => T,
): Readonly<Record<OptimizerKind, T>> {
  const kinds = Object.keys(OPTIMIZER_WORDS) as readonly OptimizerKind[];
  return Object.fromEntries(kinds.map((kind) => [kind, make(kind)])) as Record<OptimizerKind, T>;
}

/** In the order of the control. `vectors` is the number of vectors that are kept for each weight. */
export const OPTIMIZER_WORDS: {
  readonly [K in OptimizerKind]: { readonly label: string; readonly vectors: number };
} = {
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
};

export const OPTIMIZER_OPTIONS = Object.entries(
  forEachOptimizer((value) => ({ value, label: OPTIMIZER_WORDS[value].label })),
).map(([, option]) => option);

/** The optimisers that use the setting `momentum`. */
export const WITH_MOMENTUM: readonly OptimizerKind[] = ["sgd", "nesterov"];
