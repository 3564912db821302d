/**
 * Computes one step of an optimiser on one vector of weights by its formula. The formulas are Keras'. Those of `tf.train`
 * differ in the place of epsilon and in what decays.
 */
import type * as tf from "@tensorflow/tfjs";
import { evaluateFormula, type TensorOrNumber } from "../../bridge/tensorFormula.ts";
import { formulaFor, type OptimizerFormula } from "../../formulas/optimizers/optimizer.ts";
import { OPTIMIZERS } from "../../formulas/optimizers/registry.ts";
import type { OptimizerOptions } from "../../plan/planOptions.ts";

export interface Vectors {
  readonly weights: tf.Tensor1D;
  /** One for each name that `slotNames` returns, in that order. */
  readonly slots: readonly tf.Tensor1D[];
}

/** Returns Keras' names of the vectors that are kept from step to step. They start at zero. */
export function slotNames(options: OptimizerOptions): readonly string[] {
  return Object.keys(formulaOf(options).slots);
}

/**
 * Must be called within `tf.tidy`.
 *
 * @param step counted from 1.
 */
export function updatedVectors(
  { weights, slots }: Vectors,
  gradient: tf.Tensor1D,
  learningRate: number,
  step: number,
  options: OptimizerOptions,
): Vectors {
  const { kind: _kind, clipNorm: _clipNorm, ...coefficients } = options;
  const formula = formulaOf(options);
  const names: Record<string, TensorOrNumber> = {
    ...coefficients,
    learningRate,
    gradient,
    weight: weights,
    ...Object.fromEntries(
      Object.keys(formula.slots).map((name, index) => [`old_${name}`, slots[index] ?? Number.NaN]),
    ),
  };
  for (const [name, expression] of Object.entries(formula.values))
    names[name] = evaluateFormula(expression, names, step);
  const vector = (value: TensorOrNumber): tf.Tensor1D => {
    if (typeof value === "number") throw new RangeError("a formula gives a number for a vector");
    return value.as1D();
  };
  return {
    weights: vector(evaluateFormula(formula.weight, names, step)),
    slots: Object.values(formula.slots).map((next) => vector(evaluateFormula(next, names, step))),
  };
}

function formulaOf(options: OptimizerOptions): OptimizerFormula {
  return formulaFor(OPTIMIZERS[options.kind], { momentum: options.momentum });
}
