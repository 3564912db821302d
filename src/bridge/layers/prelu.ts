/**
 * PReLU with Keras' gradient, which is 0 where the input is 0; that of TensorFlow.js' own layer is `alpha` there. It saves under
 * the class name of that layer with the same settings.
 */
import * as tf from "@tensorflow/tfjs";
import type { PReLULayer } from "../../network/graph.ts";
import { OneTensorLayer, oneShape } from "./oneTensor.ts";

export class PReLU extends OneTensorLayer {
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
  protected override compute(input: tf.Tensor): tf.Tensor {
    const alpha = this.#alpha?.read();
    if (alpha === undefined) throw new Error("PReLU was called before it was built");
    return input.relu().sub(input.neg().relu().mul(alpha));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), sharedAxes: [...this.#sharedAxes] };
  }
}
