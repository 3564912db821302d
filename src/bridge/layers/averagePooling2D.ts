/**
 * Average pooling with `same` padding. The output equals that of tfjs' own layer, which divides by the number of positions
 * inside the image. But the gradient of tfjs' layer divides by the whole window, which is wrong along a padded border. Here
 * both come from sums over zero-padded maps and one map of counts. It saves under the class name of tfjs' own layer.
 */
import * as tf from "@tensorflow/tfjs";
import type { Pair } from "../../core/shape.ts";
import { mapShape, OneTensorLayer, oneMap } from "./oneTensor.ts";

export class AveragePooling2D extends OneTensorLayer {
  static readonly className = "AveragePooling2D";
  readonly #poolSize: [number, number];
  readonly #strides: [number, number];

  constructor(name: string, poolSize: Pair, strides: Pair) {
    super({ name });
    this.#poolSize = [...poolSize];
    this.#strides = [...strides];
  }

  protected override compute(tensor: tf.Tensor): tf.Tensor {
    const input = oneMap(this.name, tensor);
    const [, height, width] = input.shape;
    const sides: tf.backend_util.ExplicitPadding = [
      [0, 0],
      this.#padding(height, 0),
      this.#padding(width, 1),
      [0, 0],
    ];
    const average = (map: tf.Tensor4D) =>
      tf.avgPool(tf.pad(map, sides), this.#poolSize, this.#strides, "valid");
    return average(input).div(average(tf.ones([1, height, width, 1])));
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return mapShape(inputShape, (side, axis) => Math.ceil(side / this.#strides[axis]));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {
      ...super.getConfig(),
      poolSize: [...this.#poolSize],
      strides: [...this.#strides],
      padding: "same",
      dataFormat: "channelsLast",
    };
  }

  /** Returns the padding before and after. As in TensorFlow, the odd one goes after. */
  #padding(size: number, axis: 0 | 1): [number, number] {
    const total = Math.max(
      0,
      (Math.ceil(size / this.#strides[axis]) - 1) * this.#strides[axis] +
        this.#poolSize[axis] -
        size,
    );
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  }
}
