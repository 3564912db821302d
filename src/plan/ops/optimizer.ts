/** The interface of an optimiser for the compiler: the vectors it keeps, and one step that updates all weights. */

import type { BufferId } from "../buffers.ts";
import type { OptimizerOptions } from "../planOptions.ts";
import type { Tape } from "../tape.ts";

/** The lists are parallel: entry `i` of each belongs to the same weight. */
export interface OptimizerOperands {
  readonly parameters: readonly BufferId[];
  readonly gradients: readonly BufferId[];
  /** Keyed by the names that `slots` gives. */
  readonly slots: Readonly<Record<string, readonly BufferId[]>>;
  /** A `[1]` buffer that multiplies every gradient; undefined means 1. */
  readonly gradientFactor: BufferId | undefined;
}

export interface OptimizerEmitter {
  /** Keras' names of the vectors that are kept between steps. They start at zero. */
  slots(options: OptimizerOptions): readonly string[];
  emit(tape: Tape, operands: OptimizerOperands, options: OptimizerOptions): void;
}

/** Returns the inputs that every optimiser has. */
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
