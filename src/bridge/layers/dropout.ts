/**
 * Dropout whose masks depend on seed, layer and step. tfjs' own layer, given a seed, draws the same mask in every step. It
 * saves under the class name of tfjs' own layer.
 */
import * as tf from "@tensorflow/tfjs";
import type { LayerClock } from "./layerClock.ts";
import { oneShape, oneTensor } from "./oneTensor.ts";

export class Dropout extends tf.layers.Layer {
  static readonly className = "Dropout";
  readonly #rate: number;
  readonly #seed: number;
  readonly #clock: LayerClock;

  constructor(name: string, rate: number, seed: number, clock: LayerClock) {
    super({ name });
    this.#rate = rate;
    this.#seed = seed;
    this.#clock = clock;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    const input = oneTensor(this.name, inputs);
    if (kwargs.training !== true || this.#rate === 0) return input.clone();
    return tf.dropout(
      input,
      this.#rate,
      undefined,
      `${this.#seed}/${this.name}/${this.#clock.step}`,
    );
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return oneShape(inputShape);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.#rate, seed: this.#seed };
  }
}
