/** What an optimiser is to the compiler: the vectors it keeps, and one step over all weights at once. */

import type { BufferId } from "../buffers.ts";
import type { PlanOptimizer } from "../planOptions.ts";
import type { Tape } from "../tape.ts";

/** Lists whose entries of one place belong together. */
export interface OptimizerOperands {
  readonly parameters: readonly BufferId[];
  readonly gradients: readonly BufferId[];
  /** By the names that `slots` gives. */
  readonly slots: Readonly<Record<string, readonly BufferId[]>>;
  /** Multiplies every gradient; undefined: 1. */
  readonly gradientFactor: BufferId | undefined;
}

export interface OptimizerEmitter {
  /** Keras' names of the vectors kept from step to step; they start at zero. */
  slots(options: PlanOptimizer): readonly string[];
  emit(tape: Tape, operands: OptimizerOperands, options: PlanOptimizer): void;
}

/** The inputs that every optimiser has. */
export function optimizerInputs(tape: Tape, { gradients, gradientFactor }: OptimizerOperands) {
  return {
    gradients,
    learningRate: tape.inputs.learningRate,
    ...(gradientFactor !== undefined && { gradientFactor }),
  };
}

export const OPTIMIZER_INPUT_PATTERNS = {
  gradients: "@*S",
  learningRate: "1",
  gradientFactor: "1",
  parameters: "@*S",
} as const;

export function slotOf({ slots }: OptimizerOperands, name: string): readonly BufferId[] {
  const found = slots[name];
  if (found === undefined) throw new RangeError(`the optimiser has no vectors ${name}`);
  return found;
}
