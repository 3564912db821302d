/**
 * Converts stored pixels to the network's input, on the device and for the whole batch at once: applies the affine maps of an
 * augmented batch, then TensorFlow's `tf.image.per_image_standardization` if no linear preparation is given, then
 * `tf.image.resize` (bilinear), then the linear preparation.
 */
import * as tf from "@tensorflow/tfjs";
import { PlaygroundError } from "../../core/errors.ts";
import type { PixelBatch } from "../../core/pixelBatch.ts";
import { formatShape, type MapShape } from "../../core/shape.ts";
import type { LinearPreparation } from "../../settings/preparation.ts";
import { MAP_NUMBERS } from "../affineMap.ts";
import type { Batch } from "../executor.ts";
import { mappedImages } from "./mappedImages.ts";

/**
 * @param shape the network's input shape.
 * @param linear undefined means that every image is standardised.
 * @returns `[numImages, ...shape]`, which the caller must dispose.
 * @throws PlaygroundError `network.shape-mismatch` if the batch holds another number of values.
 */
export function prepareBatch(
  batch: Batch,
  shape: MapShape,
  linear: LinearPreparation | undefined,
): tf.Tensor4D {
  if (batch.kind === "prepared") {
    requireLength("prepared values", batch.values.length, batch.numImages, shape);
    return tf.tensor4d(batch.values, [batch.numImages, ...shape]);
  }
  const stored: MapShape = [batch.height, batch.width, batch.channels];
  requireLength("pixels", batch.pixels.length, batch.numImages, stored);
  if (batch.maps !== undefined)
    requireLength("numbers of maps", batch.maps.length, batch.numImages, [1, 1, MAP_NUMBERS]);
  return preparePixels(batch, shape, linear);
}

/**
 * For each image: `(x - mean) / max(deviation, 1 / sqrt(N))` over its N values unless `linear` is given, then bilinear resizing
 * with half-pixel centres, then grey repeated for each channel of the network, then `linear`.
 */
function preparePixels(
  { pixels, height, width, channels: storedChannels, numImages, maps }: PixelBatch,
  [high, wide, channels]: MapShape,
  linear: LinearPreparation | undefined,
): tf.Tensor4D {
  return tf.tidy(() => {
    const shape: [number, number, number, number] = [numImages, height, width, storedChannels];
    const stored = tf.tensor4d(new Float32Array(pixels), shape);
    const images = maps === undefined ? stored : mappedImages(stored, maps);
    const values = linear === undefined ? standardize(images) : images;
    const resized =
      high === height && wide === width
        ? values
        : tf.image.resizeBilinear(values, [high, wide], false, true);
    const tiled =
      storedChannels === channels ? resized : resized.tile<tf.Tensor4D>([1, 1, 1, channels]);
    return linear === undefined ? tiled : prepareLinearly(tiled, linear);
  });
}

function standardize(images: tf.Tensor4D): tf.Tensor4D {
  const [, height, width, channels] = images.shape;
  const { mean, variance } = tf.moments(images, [1, 2, 3], true);
  const deviation = variance.sqrt().maximum(1 / Math.sqrt(height * width * channels));
  return images.sub<tf.Tensor4D>(mean).div(deviation);
}

function prepareLinearly(images: tf.Tensor4D, linear: LinearPreparation): tf.Tensor4D {
  const ordered = linear.reversed ? images.reverse<tf.Tensor4D>(3) : images;
  return ordered.mul<tf.Tensor4D>(linear.scale).add(tf.tensor1d([...linear.offsets]));
}

function requireLength(what: string, length: number, numImages: number, shape: MapShape): void {
  const expected = numImages * shape[0] * shape[1] * shape[2];
  if (length === expected) return;
  throw new PlaygroundError({
    code: "network.shape-mismatch",
    where: `batch of ${numImages} images`,
    rule: `the number of ${what} does not fit ${formatShape(shape)}`,
    expected: String(expected),
    got: String(length),
    remedy: "Give every image the same size.",
  });
}
