/**
 * What an optimiser is to the executor: a pure function over one vector of weights. Keras' formulas, not
 * those of `tf.train`, which differ in where epsilon stands and in what decays.
 */
import type * as tf from "@tensorflow/tfjs";
import type { OptimizerOptions } from "../../../plan/planOptions.ts";

export interface OptimizerUpdate {
  readonly weights: tf.Tensor1D;
  /** As many as `slots` has names, in that order. */
  readonly slots: readonly tf.Tensor1D[];
}

export interface OptimizerInput {
  readonly weights: tf.Tensor1D;
  readonly gradients: tf.Tensor1D;
  /** State of the steps before, zeros in the first. */
  readonly slots: readonly tf.Tensor1D[];
  readonly learningRate: number;
  /** From 1. */
  readonly step: number;
  readonly options: OptimizerOptions;
}

export interface OptimizerRule {
  /** Keras' names of the vectors that the rule keeps from step to step; may depend on the options. */
  slots(options: OptimizerOptions): readonly string[];
  /** Called within `tf.tidy`. */
  update(input: OptimizerInput): OptimizerUpdate;
}

/** The slots by position, so that a rule can name them. */
export function slot(slots: readonly tf.Tensor1D[], index: number): tf.Tensor1D {
  const found = slots[index];
  if (found === undefined) throw new Error(`optimizer state ${index} is missing`);
  return found;
}

/** `a * share + b * (1 - share)`: an exponential moving average. */
export function blend(a: tf.Tensor1D, b: tf.Tensor1D, share: number): tf.Tensor1D {
  return a.mul<tf.Tensor1D>(share).add(b.mul(1 - share));
}
