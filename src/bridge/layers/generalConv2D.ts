/**
 * Two-dimensional convolutions that tfjs' own layer cannot train: grouped ones, which tfjs does not have, and dilated ones,
 * which have no gradient there. Both become ordinary convolutions: one for each group, or one with a filter that has zeros
 * between its taps.
 */
import * as tf from "@tensorflow/tfjs";
import type { Pair } from "../../core/shape.ts";
import type { Conv2DLayer } from "../../network/graph.ts";
import { mapShape, OneTensorLayer, oneMap, oneShape } from "./oneTensor.ts";
import { nativeOrNone } from "./pointwise.ts";

export class GeneralConv2D extends OneTensorLayer {
  static readonly className = "GeneralConv2D";
  readonly #settings: Conv2DLayer;
  readonly #activation: tf.layers.Layer;
  #kernel: tf.LayerVariable | undefined;
  #bias: tf.LayerVariable | undefined;

  constructor(settings: Conv2DLayer) {
    super({ name: settings.name });
    this.#settings = settings;
    this.#activation = tf.layers.activation({ activation: nativeOrNone(settings.activation) });
  }

  /** The kernel is `[K, K, channels / groups, filters]`, as in Keras. */
  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { kernelSize, filters, groups, useBias } = this.#settings;
    const channels = oneShape(inputShape).at(-1) ?? 0;
    const zeros = tf.initializers.zeros();
    this.#kernel = this.addWeight(
      "kernel",
      [...kernelSize, channels / groups, filters],
      "float32",
      zeros,
    );
    if (useBias) this.#bias = this.addWeight("bias", [filters], "float32", zeros);
    this.built = true;
  }

  protected override compute(tensor: tf.Tensor): tf.Tensor | tf.Tensor[] {
    const { groups, strides, padding, dilationRate } = this.#settings;
    if (this.#kernel === undefined) throw new Error(`${this.name} was called before it was built`);
    const filter = spread(this.#kernel.read(), dilationRate);
    const output = convolveGroups(oneMap(this.name, tensor), filter, groups, (map, own) =>
      tf.conv2d(map, own, [...strides], padding),
    );
    const biased = this.#bias === undefined ? output : output.add(this.#bias.read());
    return this.#activation.call(biased, {});
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const { kernelSize, strides, dilationRate, padding, filters } = this.#settings;
    const sideOf = (side: number, axis: 0 | 1) => {
      const extent = padding === "same" ? 1 : (kernelSize[axis] - 1) * dilationRate[axis] + 1;
      return Math.ceil((side - extent + 1) / strides[axis]);
    };
    return mapShape(inputShape, sideOf, filters);
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { filters, kernelSize, strides, padding, dilationRate, groups, useBias, activation } =
      this.#settings;
    return {
      ...super.getConfig(),
      filters,
      kernelSize: [...kernelSize],
      strides: [...strides],
      padding,
      dilationRate: [...dilationRate],
      groups,
      useBias,
      activation: nativeOrNone(activation),
    };
  }
}

/**
 * Convolves each group of channels with its own filters. A single group is not split, because tfjs cannot differentiate that.
 */
function convolveGroups(
  input: tf.Tensor4D,
  filter: tf.Tensor4D,
  groups: number,
  convolve: (map: tf.Tensor4D, filter: tf.Tensor4D) => tf.Tensor4D,
): tf.Tensor4D {
  if (groups === 1) return convolve(input, filter);
  const filters = tf.split<tf.Tensor4D>(filter, groups, 3);
  const maps = tf.split<tf.Tensor4D>(input, groups, 3);
  return tf.concat4d(
    maps.map((map, group) => convolve(map, filters[group] ?? filter)),
    3,
  );
}

/**
 * Inserts zeros between the taps of a filter, by a matrix product with ones at the positions of the taps. A product has a
 * gradient on every backend, and it is exact with a single one in each column.
 */
function spread(filter: tf.Tensor, [dilationHigh, dilationWide]: Pair): tf.Tensor4D {
  const [high = 1, wide = 1, channels = 1, filters = 1] = filter.shape;
  if (dilationHigh === 1 && dilationWide === 1) return filter.as4D(high, wide, channels, filters);
  const [extentHigh, extentWide] = [(high - 1) * dilationHigh + 1, (wide - 1) * dilationWide + 1];
  const places = new Float32Array(extentHigh * extentWide * high * wide);
  for (let row = 0; row < high; row += 1) {
    for (let column = 0; column < wide; column += 1) {
      const place = row * dilationHigh * extentWide + column * dilationWide;
      places[place * high * wide + row * wide + column] = 1;
    }
  }
  const taps = filter.as2D(high * wide, channels * filters);
  return tf
    .matMul(tf.tensor2d(places, [extentHigh * extentWide, high * wide]), taps)
    .as4D(extentHigh, extentWide, channels, filters);
}
