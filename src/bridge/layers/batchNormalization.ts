/**
 * Batch normalisation as Keras runs it, replacing tfjs' own layer. tfjs' layer crashes in training without scale or centre,
 * uses batch statistics even when frozen, and has a gradient of some 25 operations over the whole feature map; this one has 7.
 * It saves under the same class name with the same settings, so that a saved model loads in any tfjs.
 */
import * as tf from "@tensorflow/tfjs";
import type { BatchNormalizationLayer } from "../../network/graph.ts";
import type { LayerClock } from "./layerClock.ts";
import { OneTensorLayer, oneShape } from "./oneTensor.ts";

type Settings = Pick<BatchNormalizationLayer, "name" | "momentum" | "epsilon" | "scale" | "center">;

export class BatchNormalization extends OneTensorLayer {
  static readonly className = "BatchNormalization";
  readonly #settings: Settings;
  readonly #clock: LayerClock;
  #gamma: tf.LayerVariable | undefined;
  #beta: tf.LayerVariable | undefined;
  #movingMean: tf.LayerVariable | undefined;
  #movingVariance: tf.LayerVariable | undefined;

  constructor(settings: Settings, clock: LayerClock) {
    super({ name: settings.name });
    this.#settings = settings;
    this.#clock = clock;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const shape = [oneShape(inputShape).at(-1) ?? null];
    const { zeros, ones } = tf.initializers;
    if (this.#settings.scale) this.#gamma = this.addWeight("gamma", shape, "float32", ones());
    if (this.#settings.center) this.#beta = this.addWeight("beta", shape, "float32", zeros());
    this.#movingMean = this.addWeight("moving_mean", shape, "float32", zeros(), undefined, false);
    this.#movingVariance = this.addWeight(
      "moving_variance",
      shape,
      "float32",
      ones(),
      undefined,
      false,
    );
    this.built = true;
  }

  protected override compute(input: tf.Tensor, training: boolean): tf.Tensor {
    const channels = input.shape.at(-1) ?? 0;
    const gamma = this.#gamma?.read() ?? tf.ones([channels]);
    const beta = this.#beta?.read() ?? tf.zeros([channels]);
    const { epsilon } = this.#settings;
    if (training && this.trainable)
      return normalizeBatch(input, gamma, beta, epsilon, (mean, variance) =>
        this.#follow(mean, variance),
      );
    const [mean, variance] = [required(this.#movingMean), required(this.#movingVariance)];
    return normalize(input, mean, variance, beta, gamma, epsilon);
  }

  /** Returns what tfjs' own batch normalisation saves. */
  override getConfig(): tf.serialization.ConfigDict {
    const { momentum, epsilon, scale, center } = this.#settings;
    return { ...super.getConfig(), axis: -1, momentum, epsilon, scale, center };
  }

  /** Updates `moving = moving * momentum + batch * (1 - momentum)`, with the biased variance as in Keras. */
  #follow(mean: tf.Tensor, variance: tf.Tensor): void {
    if (!this.#clock.updateStatistics) return;
    const follow = (moving: tf.LayerVariable | undefined, batch: tf.Tensor) => {
      const before = required(moving);
      const next = before.mul(this.#settings.momentum).add(batch.mul(1 - this.#settings.momentum));
      moving?.write(next);
    };
    follow(this.#movingMean, mean);
    follow(this.#movingVariance, variance);
  }
}

/**
 * Normalises with the statistics of the batch itself, over all axes but the last.
 *
 *   dBeta  = M * mean(dOutput)                 xHat  = (x - mean) / sqrt(variance + epsilon)
 *   dGamma = M * mean(dOutput * xHat)          share = gamma / sqrt(variance + epsilon)
 *   dInput = share * (dOutput - mean(dOutput)) - share * mean(dOutput * xHat) * xHat
 *
 * with M values a channel (Ioffe and Szegedy 2015, section 3, simplified).
 */
function normalizeBatch(
  input: tf.Tensor,
  gamma: tf.Tensor,
  beta: tf.Tensor,
  epsilon: number,
  onStatistics: (mean: tf.Tensor, variance: tf.Tensor) => void,
): tf.Tensor {
  const axes = input.shape.slice(0, -1).map((_, axis) => axis);
  const perChannel = input.size / (input.shape.at(-1) ?? 1);
  const forward = tf.customGrad((...given) => {
    const [x, scale, offset, save] = given as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const mean = x.mean(axes);
    const variance = tf.squaredDifference(x, mean).mean(axes);
    onStatistics(mean, variance);
    save([x, scale, mean, variance]);
    return {
      value: normalize(x, mean, variance, offset, scale, epsilon),
      gradFunc: (dOutput: tf.Tensor, saved: tf.Tensor[]) => {
        const [x, scale, mean, variance] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
        const xHat = normalize(x, mean, variance, undefined, undefined, epsilon);
        const meanGradient = dOutput.mean(axes);
        const meanProduct = dOutput.mul(xHat).mean(axes);
        const share = scale.mul(variance.add(epsilon).rsqrt()).mul(meanProduct);
        // This reuses the kernel for normalising a map, which compiles once. Products with a row would compile a kernel for
        // each width.
        const dInput = normalize(dOutput, meanGradient, variance, undefined, scale, epsilon).sub(
          normalize(x, mean, variance, undefined, share, epsilon),
        );
        return [dInput, meanProduct.mul(perChannel), meanGradient.mul(perChannel)];
      },
    };
  });
  return forward(input, gamma, beta);
}

/** Computes `(x - mean) / sqrt(variance + epsilon) * gamma + beta` in one kernel, for maps and for vectors. */
function normalize(
  x: tf.Tensor,
  mean: tf.Tensor,
  variance: tf.Tensor,
  beta: tf.Tensor | undefined,
  gamma: tf.Tensor | undefined,
  epsilon: number,
): tf.Tensor {
  const vectors: readonly (tf.Tensor | undefined)[] = [mean, variance, beta, gamma];
  const [m, v, b, g] = vectors.map((vector) => vector?.as1D());
  if (m === undefined || v === undefined) throw new Error("batch normalisation without statistics");
  return tf.batchNorm(x, m, v, b, g, epsilon);
}

function required(variable: tf.LayerVariable | undefined): tf.Tensor {
  if (variable === undefined) throw new Error("batch normalisation was called before it was built");
  return variable.read();
}
