/**
 * Stored pixels -> the network's input: `tf.image.per_image_standardization`, then `tf.image.resize` (bilinear,
 * half-pixel centres), then the grey channel once for each of the network's.
 */
import { addressAt, intAt } from "./shared/record";

/**
 * One chunk is an image.
 *
 * Arguments: pixels, height and width of a stored image, height, width and channels of a prepared one, target.
 *
 * @param grey room for the numbers of a stored image.
 */
export function prepareImages(record: usize, chunk: i32, grey: usize): void {
  const height = intAt(record, 1);
  const width = intAt(record, 2);
  const high = intAt(record, 3);
  const wide = intAt(record, 4);
  const channels = intAt(record, 5);
  const count = height * width;
  let at = addressAt(record, 6) + ((<usize>(chunk * high * wide * channels)) << 2);
  standardize(addressAt(record, 0) + <usize>(chunk * count), count, grey);
  for (let y = 0; y < high; y += 1) {
    const row = sourceOf(y, height, high);
    const above = grey + ((<usize>max(0, <i32>floor<f64>(row)) * <usize>width) << 2);
    const below = grey + ((<usize>min(height - 1, <i32>ceil<f64>(row)) * <usize>width) << 2);
    for (let x = 0; x < wide; x += 1) {
      const column = sourceOf(x, width, wide);
      const left = (<usize>max(0, <i32>floor<f64>(column))) << 2;
      const right = (<usize>min(width - 1, <i32>ceil<f64>(column))) << 2;
      const across = <f32>(column - floor<f64>(column));
      const upper = blend(load<f32>(above + left), load<f32>(above + right), across);
      const lower = blend(load<f32>(below + left), load<f32>(below + right), across);
      const value = blend(upper, lower, <f32>(row - floor<f64>(row)));
      for (let channel = 0; channel < channels; channel += 1) {
        store<f32>(at, value);
        at += 4;
      }
    }
  }
}

/** `(x - mean) / max(deviation, 1 / sqrt(count))` */
function standardize(pixels: usize, count: i32, grey: usize): void {
  let sum: f64 = 0;
  let squares: f64 = 0;
  for (let at: usize = 0; at < <usize>count; at += 1) {
    const value = <f64>load<u8>(pixels + at);
    sum += value;
    squares += value * value;
  }
  // Sums of whole numbers below 2^53 are exact, so the difference loses nothing that matters.
  const mean = sum / <f64>count;
  const variance = max(0.0, squares / <f64>count - mean * mean);
  const deviation = max(Math.sqrt(variance), 1 / Math.sqrt(<f64>count));
  for (let at: usize = 0; at < <usize>count; at += 1) {
    const value = (<f64>load<u8>(pixels + at) - mean) / deviation;
    store<f32>(grey + (at << 2), <f32>value);
  }
}

/** Where a place of the result lies between those of the source. */
function sourceOf(place: i32, from: i32, to: i32): f64 {
  return ((<f64>place + 0.5) * <f64>from) / <f64>to - 0.5;
}

function blend(a: f32, b: f32, share: f32): f32 {
  return a + (b - a) * share;
}
