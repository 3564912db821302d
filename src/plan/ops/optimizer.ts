/**
 * Emits one step of an optimiser over all weights at once, and the vectors that it keeps. The optimiser's formula defines the
 * step.
 */
import {
  coefficientsOf,
  countsSteps,
  formulaFor,
  type OptimizerFormula,
} from "../../formulas/optimizers/optimizer.ts";
import { OPTIMIZERS } from "../../formulas/optimizers/registry.ts";
import type { BufferId } from "../buffers.ts";
import type { OptimizerOptions } from "../planOptions.ts";
import type { Tape } from "../tape.ts";

/** Entries at the same index of all lists belong to the same weight. */
export interface OptimizerOperands {
  readonly parameters: readonly BufferId[];
  readonly gradients: readonly BufferId[];
  /** Keyed by the names that `slotsOf` returns. */
  readonly slots: Readonly<Record<string, readonly BufferId[]>>;
  /** Multiplies every gradient; undefined: 1. */
  readonly gradientFactor: BufferId | undefined;
}

/** Returns Keras' names of the vectors that are kept from step to step. They start at zero. */
export function slotsOf(options: OptimizerOptions): readonly string[] {
  return Object.keys(formulaOf(options).slots);
}

export function emitUpdate(
  tape: Tape,
  { parameters, gradients, slots, gradientFactor }: OptimizerOperands,
  options: OptimizerOptions,
): void {
  const { step, learningRate } = tape.inputs;
  const formula = formulaOf(options);
  tape.step({
    op: options.kind,
    inputs: {
      gradients,
      learningRate,
      ...(gradientFactor !== undefined && { gradientFactor }),
      ...(countsSteps(formula) && { step }),
    },
    updates: { parameters, ...slots },
    outputs: {},
    attributes: coefficientsOf(formula, options),
  });
}

function formulaOf(options: OptimizerOptions): OptimizerFormula {
  return formulaFor(OPTIMIZERS[options.kind], { momentum: options.momentum });
}
