/**
 * Stored pixels -> the network's input in float64: through their maps where the batch is augmented, then with
 * TensorFlow's rules `tf.image.per_image_standardization` and `tf.image.resize` (bilinear, half-pixel centres), then
 * the grey channel once for each of the network's.
 */
import type { MapShape } from "../../core/shape.ts";
import type { Batch } from "../executor.ts";
import { mappedPixels } from "./mappedPixels.ts";

/**
 * @param batch has passed `requireBatch`.
 * @param target `[numImages, ...shape]`, filled.
 */
export function prepareBatch(batch: Batch, shape: MapShape, target: Float64Array): void {
  if (batch.kind === "prepared") {
    target.set(batch.values);
    return;
  }
  const { height, width, numImages } = batch;
  const [high, wide, channels] = shape;
  const [rows, columns] = [resizePlaces(height, high), resizePlaces(width, wide)];
  for (let image = 0; image < numImages; image += 1) {
    const grey = standardize(mappedPixels(batch, image));
    const at = (row: number, column: number) => grey[row * width + column] as number;
    rows.forEach((row, y) => {
      columns.forEach((column, x) => {
        const above = blend(at(row.lower, column.lower), at(row.lower, column.upper), column.share);
        const below = blend(at(row.upper, column.lower), at(row.upper, column.upper), column.share);
        const first = ((image * high + y) * wide + x) * channels;
        target.fill(blend(above, below, row.share), first, first + channels);
      });
    });
  }
}

/** `(x - mean) / max(deviation, 1 / sqrt(N))` over the N pixels of one image. */
function standardize(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const deviation = Math.max(Math.sqrt(variance), 1 / Math.sqrt(values.length));
  return values.map((value) => (value - mean) / deviation);
}

interface ResizePlace {
  readonly lower: number;
  readonly upper: number;
  /** Of `upper`. */
  readonly share: number;
}

/** For each place of the result, the two of the source that it lies between. */
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
