/**
 * Stored pixels -> the network's input: through their maps where the batch is augmented, then
 * `tf.image.per_image_standardization`, then `tf.image.resize` (bilinear, half-pixel centres), then the grey channel
 * once for each of the network's.
 */
import { mappedPixels } from "./shared/mappedPixels";
import { addressAt, intAt } from "./shared/record";

const MAP_BYTES: usize = 24;

/**
 * One chunk is an image.
 *
 * Arguments: pixels, maps (0 for images as they are stored), height and width of a stored image, height, width and
 * channels of a prepared one, target.
 *
 * @param grey room for the numbers of a stored image.
 */
export function prepareImages(record: usize, chunk: i32, grey: usize): void {
  const height = intAt(record, 2);
  const width = intAt(record, 3);
  const high = intAt(record, 4);
  const wide = intAt(record, 5);
  const channels = intAt(record, 6);
  const count = height * width;
  let at = addressAt(record, 7) + ((<usize>(chunk * high * wide * channels)) << 2);
  const maps = addressAt(record, 1);
  const map: usize = maps === 0 ? 0 : maps + <usize>chunk * MAP_BYTES;
  mappedPixels(addressAt(record, 0) + <usize>(chunk * count), height, width, map, grey);
  standardize(grey, count);
  if (high === height && wide === width) {
    for (let pixel = grey; pixel < grey + ((<usize>count) << 2); pixel += 4)
      at = repeat(load<f32>(pixel), channels, at);
    return;
  }
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
      at = repeat(value, channels, at);
    }
  }
}

/** @returns where the next pixel goes. */
function repeat(value: f32, channels: i32, target: usize): usize {
  let at = target;
  for (let channel = 0; channel < channels; channel += 1) {
    store<f32>(at, value);
    at += 4;
  }
  return at;
}

/** `(x - mean) / max(deviation, 1 / sqrt(count))`, in place. */
function standardize(grey: usize, count: i32): void {
  const end = grey + ((<usize>count) << 2);
  let sum: f64 = 0;
  let squares: f64 = 0;
  for (let at = grey; at < end; at += 4) {
    const value = <f64>load<f32>(at);
    sum += value;
    squares += value * value;
  }
  // Sums of whole numbers below 2^53 are exact, and those of an augmented image nearly: the difference loses little.
  const mean = sum / <f64>count;
  const variance = max(0.0, squares / <f64>count - mean * mean);
  const deviation = max(Math.sqrt(variance), 1 / Math.sqrt(<f64>count));
  const scale = 1 / deviation;
  for (let at = grey; at < end; at += 4) store<f32>(at, <f32>((<f64>load<f32>(at) - mean) * scale));
}

/** Where a place of the result lies between those of the source. */
function sourceOf(place: i32, from: i32, to: i32): f64 {
  return ((<f64>place + 0.5) * <f64>from) / <f64>to - 0.5;
}

function blend(a: f32, b: f32, share: f32): f32 {
  return a + (b - a) * share;
}
