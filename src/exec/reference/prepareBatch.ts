/**
 * Converts stored pixels to the network's input in float64. It applies the affine maps of an augmented batch. Then it
 * standardises by TensorFlow's rule `tf.image.per_image_standardization` if no linear preparation is given, resizes like
 * `tf.image.resize` (bilinear, half-pixel centres), repeats a grey channel for each of the network's channels, and applies the
 * linear preparation, which commutes with resizing.
 */
import type { MapShape } from "../../core/shape.ts";
import type { LinearPreparation } from "../../settings/preparation.ts";
import type { Batch } from "../executor.ts";
import { mappedPixels } from "./mappedPixels.ts";

/**
 * @param batch has passed `requireBatch`.
 * @param linear undefined means that every image is standardised.
 * @param target `[numImages, ...shape]`, which is filled.
 */
export function prepareBatch(
  batch: Batch,
  shape: MapShape,
  linear: LinearPreparation | undefined,
  target: Float64Array,
): void {
  if (batch.kind === "prepared") {
    target.set(batch.values);
    return;
  }
  const { height, width, numImages, channels: stored } = batch;
  const [high, wide, channels] = shape;
  const [rows, columns] = [resizePlaces(height, high), resizePlaces(width, wide)];
  const sources = Array.from({ length: channels }, (_, channel) => {
    const last = linear?.reversed === true ? channels - 1 - channel : channel;
    return stored === 1 ? 0 : last;
  });
  for (let image = 0; image < numImages; image += 1) {
    const bytes = mappedPixels(batch, image);
    const values = linear === undefined ? standardize(bytes) : bytes;
    rows.forEach((row, y) => {
      columns.forEach((column, x) => {
        const first = ((image * high + y) * wide + x) * channels;
        sources.forEach((source, channel) => {
          const at = (atRow: number, atColumn: number) =>
            values[(atRow * width + atColumn) * stored + source] as number;
          const above = blend(
            at(row.lower, column.lower),
            at(row.lower, column.upper),
            column.share,
          );
          const below = blend(
            at(row.upper, column.lower),
            at(row.upper, column.upper),
            column.share,
          );
          target[first + channel] = prepared(blend(above, below, row.share), linear, channel);
        });
      });
    });
  }
}

function prepared(value: number, linear: LinearPreparation | undefined, channel: number): number {
  return linear === undefined ? value : linear.scale * value + (linear.offsets[channel] as number);
}

/** Computes `(x - mean) / max(deviation, 1 / sqrt(N))` over the N values of one image, all channels together. */
function standardize(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const deviation = Math.max(Math.sqrt(variance), 1 / Math.sqrt(values.length));
  return values.map((value) => (value - mean) / deviation);
}

interface ResizePlace {
  readonly lower: number;
  readonly upper: number;
  /** The weight of `upper`. */
  readonly share: number;
}

/** For each position of the result, returns the two source positions around it. */
function resizePlaces(from: number, to: number): readonly ResizePlace[] {
  return Array.from({ length: to }, (_, place) => {
    const source = ((place + 0.5) * from) / to - 0.5;
    const floor = Math.floor(source);
    return {
      lower: Math.max(0, floor),
      upper: Math.min(from - 1, Math.ceil(source)),
      share: source - floor,
    };
  });
}

function blend(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}
