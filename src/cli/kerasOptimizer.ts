/** Converts Keras' optimisers and learning rates, as a golden names them, to ours, with Keras' defaults. */
import * as v from "valibot";
import { kerasCoefficients } from "../formulas/optimizers/optimizer.ts";
import { OPTIMIZERS } from "../formulas/optimizers/registry.ts";
import type { OptimizerOptions } from "../plan/planOptions.ts";
import type { OptimizerKind } from "../settings/optimizers.ts";

const number = v.pipe(v.number(), v.finite());
const fraction = v.pipe(number, v.minValue(0), v.maxValue(1));
const absent = v.optional(v.nullable(v.literal(false)));

const cosineDecaySchema = v.strictObject({
  initial_learning_rate: number,
  decay_steps: v.pipe(number, v.gtValue(0)),
  alpha: v.optional(number, 0),
  warmup_target: v.optional(v.nullable(number), null),
  warmup_steps: v.optional(v.pipe(number, v.minValue(0)), 0),
});
type CosineDecay = v.InferOutput<typeof cosineDecaySchema>;

const shared = {
  learning_rate: v.optional(v.union([number, cosineDecaySchema])),
  global_clipnorm: v.optional(v.nullable(number)),
};
const adamShared = {
  ...shared,
  beta_1: v.optional(fraction, 0.9),
  beta_2: v.optional(fraction, 0.999),
  epsilon: v.optional(number, 1e-7),
  amsgrad: absent,
};
const withRho = (rho: number) =>
  v.strictObject({
    ...shared,
    rho: v.optional(fraction, rho),
    epsilon: v.optional(number, 1e-7),
    centered: absent,
  });

/** A golden's `[name, arguments]`. */
export const kerasOptimizerSchema = v.union([
  v.tuple([v.literal("Adam"), v.strictObject(adamShared)]),
  v.tuple([
    v.literal("AdamW"),
    v.strictObject({ ...adamShared, weight_decay: v.optional(number, 0.004) }),
  ]),
  v.tuple([
    v.literal("SGD"),
    v.strictObject({ ...shared, momentum: v.optional(fraction, 0), nesterov: absent }),
  ]),
  v.tuple([v.literal("RMSprop"), withRho(0.9)]),
  v.tuple([v.literal("Adadelta"), withRho(0.95)]),
]);
export type KerasOptimizer = v.InferOutput<typeof kerasOptimizerSchema>;

const KINDS = {
  Adam: "adam",
  AdamW: "adamw",
  SGD: "sgd",
  RMSprop: "rmsprop",
  Adadelta: "adadelta",
} as const satisfies {
  readonly [K in KerasOptimizer[0]]: OptimizerKind;
};
const DEFAULT_RATES = {
  Adam: 0.001,
  AdamW: 0.001,
  SGD: 0.01,
  RMSprop: 0.001,
  Adadelta: 0.001,
} as const;

export function optimizerOptions(optimizer: KerasOptimizer): OptimizerOptions {
  const [name, given] = optimizer;
  return {
    ...kerasCoefficients(OPTIMIZERS[KINDS[name]]),
    kind: KINDS[name],
    clipNorm: given.global_clipnorm ?? 0,
    ...("momentum" in given && { momentum: given.momentum }),
    ...("weight_decay" in given && { weightDecay: given.weight_decay }),
    ...("epsilon" in given && { epsilon: given.epsilon }),
    ...("beta_1" in given && { beta1: given.beta_1, beta2: given.beta_2 }),
    ...("rho" in given && { rho: given.rho }),
  };
}

/** Returns the learning rate of a step, counted from 0. */
export function learningRateAt([name, given]: KerasOptimizer, step: number): number {
  const rate = given.learning_rate ?? DEFAULT_RATES[name];
  return typeof rate === "number" ? rate : kerasCosineDecay(rate, step);
}

/** Keras' `CosineDecay`: linear from the initial rate to the target, then half a cosine down to `alpha` of it. */
export function kerasCosineDecay(decay: CosineDecay, step: number): number {
  const { initial_learning_rate: initial, warmup_target: target, alpha } = decay;
  const warmUp = target === null ? 0 : decay.warmup_steps;
  if (target !== null && step < warmUp) return initial + ((target - initial) * step) / warmUp;
  const progress = Math.min(1, (step - warmUp) / decay.decay_steps);
  return (target ?? initial) * (alpha + (1 - alpha) * 0.5 * (1 + Math.cos(Math.PI * progress)));
}
