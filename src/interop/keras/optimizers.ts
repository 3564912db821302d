/** Keras' classes of the optimisers, and the variables in which they keep their state. */
import { sizeOf } from "../../core/shape.ts";
import { DECAY, nadam } from "../../formulas/optimizers/nadam.ts";
import { kerasCoefficients } from "../../formulas/optimizers/optimizer.ts";
import { OPTIMIZERS } from "../../formulas/optimizers/registry.ts";
import type { NetworkWeight } from "../../network/weights.ts";
import type { OptimizerKind } from "../../settings/optimizers.ts";
import type { Settings } from "../../settings/settings.ts";
import { OPTIMIZER_CLASSES } from "../optimizerClasses.ts";
import type { Config } from "./layerConfigs.ts";

/** The state of an optimiser after a step. */
export interface OptimizerState {
  /** The number of steps done. */
  readonly step: number;
  /** The vectors by `PATH:SLOT`, as compiled engines name them; the rest is ignored. */
  readonly vectors: ReadonlyMap<string, Float32Array | Float64Array>;
}

/** A variable of an optimiser as Keras stores it. */
export interface OptimizerVariable {
  readonly shape: readonly number[];
  readonly values: Float32Array | BigInt64Array;
}

/** Keras keeps these in the sums of squares from the start; here they are added where a sum is read. */
const INITIAL_SUM = 0.1;

/** `{class_name, config}` of the optimiser, without what only Keras 3 has. */
export function optimizerConfig(settings: Settings): {
  readonly class_name: string;
  readonly config: Config;
} {
  const { optimizer, learningRate, clipNorm, momentum, weightDecay } = settings;
  const { coefficients } = OPTIMIZERS[optimizer];
  const keras = kerasCoefficients(OPTIMIZERS[optimizer]);
  const takes = (name: keyof typeof keras) => name in coefficients;
  return {
    class_name: OPTIMIZER_CLASSES[optimizer],
    config: {
      learning_rate: learningRate,
      ...(clipNorm > 0 && { global_clipnorm: clipNorm }),
      ...(takes("momentum") && { momentum, nesterov: optimizer === "nesterov" }),
      ...(takes("weightDecay") && { weight_decay: weightDecay }),
      ...(takes("beta1") && { beta_1: keras.beta1 }),
      ...(takes("beta2") && { beta_2: keras.beta2 }),
      ...(takes("rho") && { rho: keras.rho }),
      ...(takes("epsilon") && { epsilon: keras.epsilon }),
    },
  };
}

/**
 * Returns the variables in Keras' order: the step, the learning rate, and for each trained weight its vectors.
 *
 * @param trained the weights that are trained, in Keras' order.
 * @returns undefined if the engine does not name its vectors by weight.
 */
export function optimizerVariables(
  settings: Settings,
  { step, vectors }: OptimizerState,
  trained: readonly NetworkWeight[],
): readonly OptimizerVariable[] | undefined {
  const { optimizer, momentum } = settings;
  const slots = slotsOf(optimizer, momentum);
  const added = optimizer === "adagrad" ? INITIAL_SUM : 0;
  const kept = trained.flatMap(({ path, shape }) =>
    slots.flatMap((slot) => {
      const values = vectors.get(`${path}:${slot}`);
      return values === undefined
        ? []
        : [{ shape, values: Float32Array.from(values, (value) => value + added) }];
    }),
  );
  if (kept.length !== trained.length * slots.length) return undefined;
  return [
    { shape: [], values: BigInt64Array.of(BigInt(step)) },
    { shape: [], values: Float32Array.of(settings.learningRate) },
    ...kept,
    ...(optimizer === "nadam" ? [{ shape: [], values: Float32Array.of(nadamProduct(step)) }] : []),
  ];
}

/**
 * Returns the state whose variables `optimizerVariables` lists.
 *
 * @param variables in Keras' order
 * @returns undefined when they are not as many, or of other sizes, than this optimiser keeps.
 */
export function optimizerState(
  { optimizer, momentum }: Settings,
  variables: readonly Float32Array[],
  trained: readonly NetworkWeight[],
): OptimizerState | undefined {
  const [step, _rate, ...kept] = variables;
  const places = trained.flatMap(({ path, shape }) =>
    slotsOf(optimizer, momentum).map((slot) => ({ path: `${path}:${slot}`, size: sizeOf(shape) })),
  );
  const numOthers = optimizer === "nadam" ? 1 : 0;
  if (step === undefined || kept.length !== places.length + numOthers) return undefined;
  const added = optimizer === "adagrad" ? INITIAL_SUM : 0;
  const vectors = new Map<string, Float32Array>();
  for (const [index, { path, size }] of places.entries()) {
    const values = kept[index];
    if (values?.length !== size) return undefined;
    vectors.set(
      path,
      values.map((value) => value - added),
    );
  }
  return { step: step[0] ?? 0, vectors };
}

/** Nadam keeps the product of its momenta, which follows from the number of steps. */
function nadamProduct(step: number): number {
  const { beta1 } = kerasCoefficients(nadam);
  let product = 1;
  for (let t = 1; t <= step; t += 1) product *= beta1 * (1 - 0.5 * DECAY ** t);
  return product;
}

function slotsOf(optimizer: OptimizerKind, momentum: number): readonly string[] {
  const isPlain = momentum === 0 && (optimizer === "sgd" || optimizer === "nesterov");
  return isPlain ? [] : Object.keys(OPTIMIZERS[optimizer].slots);
}
