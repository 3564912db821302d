/**
 * Pooling with PyTorch's symmetric padding, `floor(poolSize / 2)` on every side, which neither Keras nor tfjs has. Max pooling
 * never chooses a padded position, so negative values survive at the border. Average pooling counts the padded zeros, as
 * PyTorch does by default.
 */
import * as tf from "@tensorflow/tfjs";
import type { Pair } from "../../core/shape.ts";
import { mapShape, OneTensorLayer, oneMap } from "./oneTensor.ts";

interface Settings {
  readonly name: string;
  readonly mode: "max" | "average";
  readonly poolSize: Pair;
  readonly strides: Pair;
}

export class SymmetricPooling2D extends OneTensorLayer {
  static readonly className = "SymmetricPooling2D";
  readonly #settings: Settings;

  constructor(settings: Settings) {
    super({ name: settings.name });
    this.#settings = settings;
  }

  protected override compute(tensor: tf.Tensor): tf.Tensor {
    const { mode, poolSize, strides } = this.#settings;
    const [high, wide] = padding(poolSize);
    const sides: tf.backend_util.ExplicitPadding = [
      [0, 0],
      [high, high],
      [wide, wide],
      [0, 0],
    ];
    const window: [number, number] = [...poolSize];
    const stride: [number, number] = [...strides];
    const input = oneMap(this.name, tensor);
    // The max pool excludes its own padding from the maximum, so no padding value is needed.
    return mode === "max"
      ? tf.maxPool(input, window, stride, sides)
      : tf.avgPool(tf.pad(input, sides), window, stride, "valid");
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const { poolSize, strides } = this.#settings;
    const sideOf = (side: number, axis: 0 | 1) =>
      Math.floor((side + 2 * padding(poolSize)[axis] - poolSize[axis]) / strides[axis]) + 1;
    return mapShape(inputShape, sideOf);
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { mode, poolSize, strides } = this.#settings;
    return { ...super.getConfig(), mode, poolSize: [...poolSize], strides: [...strides] };
  }
}

function padding(poolSize: Pair): Pair {
  return [Math.floor(poolSize[0] / 2), Math.floor(poolSize[1] / 2)];
}
