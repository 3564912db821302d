/**
 * PReLU with Keras' gradient, which is 0 where the input is 0; that of TensorFlow.js' own layer is `alpha` there. It saves under
 * the class name of that layer with the same settings.
 */
import * as tf from "@tensorflow/tfjs";
import type { PReLULayer } from "../../network/graph.ts";
import { oneShape, oneTensor } from "./oneTensor.ts";

export class PReLU extends tf.layers.Layer {
  static readonly className = "PReLU";
  readonly #sharedAxes: readonly number[];
  #alpha: tf.LayerVariable | undefined;

  constructor({ name, sharedAxes }: Pick<PReLULayer, "name" | "sharedAxes">) {
    super({ name });
    this.#sharedAxes = sharedAxes;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const [, ...sides] = oneShape(inputShape);
    const shape = sides.map((side, axis) => (this.#sharedAxes.includes(axis + 1) ? 1 : side));
    this.#alpha = this.addWeight("alpha", shape, "float32", tf.initializers.zeros());
    this.built = true;
  }

  /** Automatic differentiation of this sum gives 0 where the input is 0. */
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const input = oneTensor(this.name, inputs);
      const alpha = this.#alpha?.read();
      if (alpha === undefined) throw new Error("PReLU was called before it was built");
      return input.relu().sub(input.neg().relu().mul(alpha));
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return oneShape(inputShape);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), sharedAxes: [...this.#sharedAxes] };
  }
}
