/**
 * Layer normalisation. The layer of TensorFlow.js has no gradient where it lacks the scale or the shift. This one saves under that
 * layer's class name with the same settings.
 */
import * as tf from "@tensorflow/tfjs";
import type { LayerNormalizationLayer } from "../../network/graph.ts";
import { OneTensorLayer, oneShape } from "./oneTensor.ts";

export class LayerNormalization extends OneTensorLayer {
  static readonly className = "LayerNormalization";
  readonly #layer: Pick<LayerNormalizationLayer, "axis" | "epsilon" | "scale" | "center">;
  #gamma: tf.LayerVariable | undefined;
  #beta: tf.LayerVariable | undefined;

  constructor({ name, axis, epsilon, scale, center }: Omit<LayerNormalizationLayer, "inputs">) {
    super({ name });
    this.#layer = { axis, epsilon, scale, center };
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { axis, scale, center } = this.#layer;
    const shape = oneShape(inputShape).slice(-axis.length);
    const { ones, zeros } = tf.initializers;
    if (scale) this.#gamma = this.addWeight("gamma", shape, "float32", ones());
    if (center) this.#beta = this.addWeight("beta", shape, "float32", zeros());
    this.built = true;
  }

  protected override compute(input: tf.Tensor): tf.Tensor {
    const { axis, epsilon } = this.#layer;
    const { mean, variance } = tf.moments(input, [...axis], true);
    const normal = input.sub(mean).div(variance.add(epsilon).sqrt());
    const scaled = this.#gamma === undefined ? normal : normal.mul(this.#gamma.read());
    return this.#beta === undefined ? scaled : scaled.add(this.#beta.read());
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { axis, ...settings } = this.#layer;
    return { ...super.getConfig(), ...settings, axis: [...axis] };
  }
}
