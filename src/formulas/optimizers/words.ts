/**
 * What the settings know of each optimiser. The build evaluates this module and puts the result into the page
 * (`scripts/optimizerWords.ts`), so that no formula is in the first load.
 */
import type { OptimizerCoefficient } from "./optimizer.ts";
import { OPTIMIZER_LABELS, OPTIMIZERS } from "./registry.ts";

export type OptimizerKind = keyof typeof OPTIMIZERS;

interface Words {
  readonly label: string;
  /** The number of vectors that are kept for each weight. */
  readonly vectors: number;
  /** The coefficients that have a setting of their own and that the optimiser uses. */
  readonly settings: readonly OptimizerCoefficient[];
}

const SETTINGS = ["momentum", "weightDecay"] as const;

function wordsOf(kind: OptimizerKind): Words {
  const { slots, coefficients } = OPTIMIZERS[kind];
  const settings = SETTINGS.filter((name) => name in coefficients);
  return { label: OPTIMIZER_LABELS[kind], vectors: Object.keys(slots).length, settings };
}

const KINDS = Object.keys(OPTIMIZER_LABELS) as readonly OptimizerKind[];

/** In the order of the control. */
export const OPTIMIZER_WORDS = Object.fromEntries(
  KINDS.map((kind) => [kind, wordsOf(kind)]),
) as Readonly<Record<OptimizerKind, Words>>;
