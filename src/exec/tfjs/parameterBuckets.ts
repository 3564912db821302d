/**
 * Joins the trained weights into a few long vectors (buckets). A step of an optimiser takes about ten operations. For a hundred
 * separate weights these are over a thousand launches; for one vector they are ten. The size of a bucket is bounded, so that
 * the temporary tensors of a large network stay small compared with its activations.
 *
 * The buckets own the vectors and the optimiser's state. The model owns the variables, which each step writes.
 */
import * as tf from "@tensorflow/tfjs";
import type { OptimizerOptions } from "../../plan/planOptions.ts";
import { slotNames, updatedVectors } from "./optimizerUpdate.ts";

/** The maximum number of weights in a bucket, which is 16 MB. A larger single weight has a bucket of its own. */
const BUCKET_SIZE = 4 * 1024 * 1024;

interface Bucket {
  readonly variables: readonly tf.Variable[];
  /** Undefined before the first step, and after other code wrote to the variables. */
  weights: tf.Tensor1D | undefined;
  slots: readonly tf.Tensor1D[];
}

/** The optimiser's vectors. The next step replaces and disposes them. */
export interface OptimizerState {
  /** The number of updates done. */
  readonly step: number;
  /** Keyed by Keras' name of the slot, with one vector for each bucket. Within them the weights are in the model's order. */
  readonly slots: ReadonlyMap<string, readonly tf.Tensor1D[]>;
}

export class ParameterBuckets {
  readonly #buckets: readonly Bucket[];
  readonly #options: OptimizerOptions;
  #step = 0;

  constructor(
    variables: readonly tf.Variable[],
    options: OptimizerOptions,
    bucketSize = BUCKET_SIZE,
  ) {
    this.#options = options;
    this.#buckets = fill(variables, bucketSize).map((filled) => ({
      variables: filled,
      weights: undefined,
      slots: [],
    }));
  }

  get state(): OptimizerState {
    const names = slotNames(this.#options);
    const vectors = (index: number) => this.#buckets.flatMap(({ slots }) => slots[index] ?? []);
    return { step: this.#step, slots: new Map(names.map((name, index) => [name, vectors(index)])) };
  }

  /** Updates every variable. `gradients` are keyed by the variable's name, and the caller disposes them. */
  update(gradients: tf.NamedTensorMap, learningRate: number): void {
    this.#step += 1;
    tf.tidy(() => {
      const vectors = this.#buckets.map(({ variables }) =>
        join(variables.map(({ name }) => gradientOf(gradients, name))),
      );
      const factor = clipFactor(vectors, this.#options.clipNorm);
      for (const [index, bucket] of this.#buckets.entries()) {
        const vector = vectors[index];
        if (vector !== undefined)
          this.#updateBucket(
            bucket,
            factor === undefined ? vector : vector.mul(factor),
            learningRate,
          );
      }
    });
  }

  /** Restores a state from copies of the vectors that `state` returned. */
  restore(step: number, slots: ReadonlyMap<string, readonly Float32Array[]>): void {
    this.#step = step;
    for (const [index, bucket] of this.#buckets.entries()) {
      tf.dispose([...bucket.slots]);
      bucket.slots = slotNames(this.#options)
        .flatMap((name) => slots.get(name)?.[index] ?? [])
        .map((values) => tf.keep(tf.tensor1d(values)));
    }
  }

  /** Returns the weights of all buckets, or nothing if the next update has to join them first. The buckets keep owning them. */
  joined(): readonly tf.Tensor1D[] {
    const joined = this.#buckets.flatMap(({ weights }) => weights ?? []);
    return joined.length === this.#buckets.length ? joined : [];
  }

  /** Must be called after other code wrote to the variables. */
  forgetWeights(): void {
    for (const bucket of this.#buckets) {
      bucket.weights?.dispose();
      bucket.weights = undefined;
    }
  }

  dispose(): void {
    this.forgetWeights();
    for (const bucket of this.#buckets) {
      tf.dispose([...bucket.slots]);
      bucket.slots = [];
    }
  }

  #updateBucket(bucket: Bucket, gradients: tf.Tensor1D, learningRate: number): void {
    tf.tidy(() => {
      const before = bucket.weights ?? join(bucket.variables);
      const slots =
        bucket.slots.length > 0
          ? bucket.slots
          : slotNames(this.#options).map(() => tf.zerosLike(before));
      const after = updatedVectors(
        { weights: before, slots },
        gradients,
        learningRate,
        this.#step,
        this.#options,
      );
      tf.dispose([before, ...slots]);
      bucket.weights = tf.keep(after.weights);
      bucket.slots = after.slots.map((vector) => tf.keep(vector));
      scatter(bucket.weights, bucket.variables);
    });
  }
}

/** The factor from the global norm of all gradients, as Keras' `global_clipnorm`; undefined means no clipping. */
function clipFactor(vectors: readonly tf.Tensor1D[], clipNorm: number): tf.Tensor | undefined {
  if (clipNorm === 0 || vectors.length === 0) return undefined;
  // `addN` cannot be used, because it binds all its operands at once and WebGPU allows ten.
  const norm = tf
    .concat1d(vectors.map((vector) => vector.square().sum().as1D()))
    .sum()
    .sqrt();
  return tf.div(clipNorm, tf.maximum(norm, clipNorm));
}

function join(tensors: readonly tf.Tensor[]): tf.Tensor1D {
  return tf.concat1d(tensors.map((tensor) => tensor.as1D()));
}

function scatter(vector: tf.Tensor1D, variables: readonly tf.Variable[]): void {
  let begin = 0;
  for (const variable of variables) {
    variable.assign(vector.slice(begin, variable.size).reshape(variable.shape));
    begin += variable.size;
  }
}

function fill(variables: readonly tf.Variable[], bucketSize: number): readonly tf.Variable[][] {
  const buckets: tf.Variable[][] = [];
  let room = 0;
  for (const variable of variables) {
    const current = buckets.at(-1);
    if (current !== undefined && variable.size <= room) {
      current.push(variable);
      room -= variable.size;
    } else {
      buckets.push([variable]);
      room = bucketSize - variable.size;
    }
  }
  return buckets;
}

function gradientOf(gradients: tf.NamedTensorMap, name: string): tf.Tensor {
  const gradient = gradients[name];
  if (gradient === undefined) throw new Error(`no gradient reached ${name}`);
  return gradient;
}
