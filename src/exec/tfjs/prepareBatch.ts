/**
 * Stored pixels -> the network's input, on the device and for the whole batch at once: through their maps where the
 * batch is augmented, then with TensorFlow's numbers `tf.image.per_image_standardization` and `tf.image.resize`
 * (bilinear).
 */
import * as tf from "@tensorflow/tfjs";
import { PlaygroundError } from "../../core/errors.ts";
import { formatShape, type MapShape } from "../../core/shape.ts";
import { MAP_NUMBERS } from "../affineMap.ts";
import type { Batch, PixelBatch } from "../executor.ts";
import { mappedImages } from "./mappedImages.ts";

/**
 * @param shape the network's input shape.
 * @returns `[numImages, ...shape]`, the caller's to dispose.
 * @throws PlaygroundError `network.shape-mismatch` if the batch holds another number of values.
 */
export function prepareBatch(batch: Batch, shape: MapShape): tf.Tensor4D {
  if (batch.kind === "prepared") {
    requireLength("prepared values", batch.values.length, batch.numImages, shape);
    return tf.tensor4d(batch.values, [batch.numImages, ...shape]);
  }
  requireLength("pixels", batch.pixels.length, batch.numImages, [batch.height, batch.width, 1]);
  if (batch.maps !== undefined)
    requireLength("numbers of maps", batch.maps.length, batch.numImages, [1, 1, MAP_NUMBERS]);
  return preparePixels(batch, shape);
}

/**
 * Per image `(x - mean) / max(deviation, 1 / sqrt(N))` over its N pixels, then bilinear with half-pixel
 * centres, then the grey channel once for each channel of the network.
 */
function preparePixels(
  { pixels, height, width, numImages, maps }: PixelBatch,
  shape: MapShape,
): tf.Tensor4D {
  const [high, wide, channels] = shape;
  return tf.tidy(() => {
    const stored = tf.tensor4d(new Float32Array(pixels), [numImages, height, width, 1]);
    const images = maps === undefined ? stored : mappedImages(stored, maps);
    const { mean, variance } = tf.moments(images, [1, 2, 3], true);
    const deviation = variance.sqrt().maximum(1 / Math.sqrt(height * width));
    const standardised: tf.Tensor4D = images.sub<tf.Tensor4D>(mean).div(deviation);
    const resized =
      high === height && wide === width
        ? standardised
        : tf.image.resizeBilinear(standardised, [high, wide], false, true);
    return channels === 1 ? resized : resized.tile([1, 1, 1, channels]);
  });
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
