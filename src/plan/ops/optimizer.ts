/** One step of an optimiser over all weights at once, and the vectors that it keeps. Its formula says what it computes. */
import {
  coefficientsOf,
  countsSteps,
  formulaFor,
  type OptimizerFormula,
} from "../../formulas/optimizers/optimizer.ts";
import { forEachOptimizer, OPTIMIZERS } from "../../settings/optimizers.ts";
import type { BufferId } from "../buffers.ts";
import type { OptimizerOptions } from "../planOptions.ts";
import type { Tape } from "../tape.ts";

/** The entries at the same position of all lists belong together. */
export interface OptimizerOperands {
  readonly parameters: readonly BufferId[];
  readonly gradients: readonly BufferId[];
  /** By the names that `slotsOf` gives. */
  readonly slots: Readonly<Record<string, readonly BufferId[]>>;
  /** Multiplies every gradient; undefined: 1. */
  readonly gradientFactor: BufferId | undefined;
}

/** Keras' names of the vectors that are kept from step to step; they start at zero. */
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

export const optimizerSignatures = forEachOptimizer((kind) => ({
  patterns: {
    gradients: "@*S",
    learningRate: "1",
    gradientFactor: "1",
    step: "1",
    ...Object.fromEntries(Object.keys(OPTIMIZERS[kind].slots).map((name) => [name, "@*S"])),
    parameters: "@*S",
  },
}));
