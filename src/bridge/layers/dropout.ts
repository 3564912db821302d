/**
 * Dropout whose masks depend on seed, layer and step. tfjs' own layer, given a seed, draws the same mask in every step. It
 * saves under the class name of tfjs' own layer.
 */
import * as tf from "@tensorflow/tfjs";
import type { LayerClock } from "./layerClock.ts";
import { OneTensorLayer } from "./oneTensor.ts";

export class Dropout extends OneTensorLayer {
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

  protected override compute(input: tf.Tensor, training: boolean): tf.Tensor {
    if (!training || this.#rate === 0) return input.clone();
    return tf.dropout(
      input,
      this.#rate,
      undefined,
      `${this.#seed}/${this.name}/${this.#clock.step}`,
    );
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.#rate, seed: this.#seed };
  }
}
