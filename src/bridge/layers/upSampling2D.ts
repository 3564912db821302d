/**
 * Enlarges a map by products with two matrices, one for each axis. TensorFlow.js' own layer lacks Keras' bilinear
 * interpolation, which compares the centres of pixels.
 */
import * as tf from "@tensorflow/tfjs";
import type { Interpolation, UpSampling2DLayer } from "../../network/graph.ts";
import { mapShape, OneTensorLayer, oneMap } from "./oneTensor.ts";

export class UpSampling2D extends OneTensorLayer {
  static readonly className = "UpSampling2D";
  readonly #layer: Pick<UpSampling2DLayer, "size" | "interpolation">;

  constructor({ name, size, interpolation }: Omit<UpSampling2DLayer, "type" | "inputs">) {
    super({ name });
    this.#layer = { size, interpolation };
  }

  protected override compute(tensor: tf.Tensor): tf.Tensor {
    const { size, interpolation } = this.#layer;
    const map = oneMap(this.name, tensor);
    const [images, height, width, channels] = map.shape;
    const [rows, columns] = [height * size[0], width * size[1]];
    const down = mixing(height, size[0], interpolation).matMul(
      map.transpose([1, 0, 2, 3]).reshape([height, images * width * channels]),
    );
    const tall = down.reshape([rows, images, width, channels]).transpose([2, 1, 0, 3]);
    const across = mixing(width, size[1], interpolation).matMul(
      tall.reshape([width, images * rows * channels]),
    );
    return across.reshape([columns, images, rows, channels]).transpose([1, 2, 0, 3]);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return mapShape(inputShape, (side, axis) => side * this.#layer.size[axis]);
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { size, interpolation } = this.#layer;
    return { ...super.getConfig(), size: [...size], interpolation };
  }
}

/** `[side * size, side]`: what share each position of the map has in each position of the result. */
function mixing(side: number, size: number, interpolation: Interpolation): tf.Tensor2D {
  const shift = interpolation === "bilinear" ? 0.5 : 0;
  const shares = Array.from({ length: side * size }, (_, output) => {
    const position = Math.min(side - 1, Math.max(0, (output + shift) / size - shift));
    const from = Math.floor(position);
    const part = interpolation === "nearest" ? 0 : position - from;
    const row = new Array<number>(side).fill(0);
    row[from] = 1 - part;
    if (part > 0) row[from + 1] = part;
    return row;
  });
  return tf.tensor2d(shares);
}
