/**
 * Turns stored pixels into the input of the network: their affine map where the batch is augmented,
 * `tf.image.per_image_standardization` where no linear preparation is asked for, `tf.image.resize` (bilinear,
 * half-pixel centres), a grey channel repeated for each channel of the network, then the linear preparation, which
 * commutes with resizing.
 */
import { ImagePreparation, PrepareImagesCall } from "./generated/calls";
import { mappedPixels } from "./shared/mappedPixels";

const MAP_BYTES: usize = 24;
/**
 * One chunk is an image.
 *
 * @param stored room for the numbers of a stored image.
 */
export function prepareImages(call: PrepareImagesCall, chunk: i32, stored: usize): void {
  const height = call.height;
  const width = call.width;
  const storedChannels = call.channels;
  const pixels = call.preparedHeight * call.preparedWidth;
  const channels = call.preparedChannels;
  const count = height * width * storedChannels;
  const target = call.target + ((<usize>(chunk * pixels * channels)) << 2);
  const floats = call.hasFloats;
  const done = call.preparation;
  const maps = call.maps;
  const map: usize = maps === 0 ? 0 : maps + <usize>chunk * MAP_BYTES;
  const source = call.pixels + ((<usize>(chunk * count)) << (floats ? 2 : 0));
  mappedPixels(source, floats, height, width, storedChannels, map, stored);
  if (done === ImagePreparation.standardized) standardize(stored, count);
  if (storedChannels === 1) {
    resize(call, stored, channels, target, 1);
  } else {
    const last = channels - 1;
    for (let channel = 0; channel < channels; channel += 1) {
      const from =
        stored +
        ((<usize>(done === ImagePreparation.linearReversed ? last - channel : channel)) << 2);
      resize(call, from, 1, target + ((<usize>channel) << 2), channels);
    }
  }
  if (done === ImagePreparation.standardized) return;
  for (let channel = 0; channel < channels; channel += 1) {
    const at = target + ((<usize>channel) << 2);
    scale(at, pixels, channels, call.scale, call.offsets(channel));
  }
}

/**
 * Resizes one channel of the stored image.
 *
 * @param times how often each number is written.
 * @param step numbers from one pixel of the result to the next, where each is written once.
 */
function resize(
  call: PrepareImagesCall,
  stored: usize,
  times: i32,
  target: usize,
  step: i32,
): void {
  const height = call.height;
  const width = call.width;
  const bytes = (<usize>call.channels) << 2;
  const high = call.preparedHeight;
  const wide = call.preparedWidth;
  const next = (<usize>step) << 2;
  let at = target;
  if (high === height && wide === width) {
    const end = stored + <usize>(height * width) * bytes;
    for (let pixel = stored; pixel < end; pixel += bytes)
      at = repeat(load<f32>(pixel), times, next, at);
    return;
  }
  const line = <usize>width * bytes;
  for (let y = 0; y < high; y += 1) {
    const row = sourceOf(y, height, high);
    const above = stored + <usize>max(0, <i32>floor<f64>(row)) * line;
    const below = stored + <usize>min(height - 1, <i32>ceil<f64>(row)) * line;
    for (let x = 0; x < wide; x += 1) {
      const column = sourceOf(x, width, wide);
      const left = <usize>max(0, <i32>floor<f64>(column)) * bytes;
      const right = <usize>min(width - 1, <i32>ceil<f64>(column)) * bytes;
      const across = <f32>(column - floor<f64>(column));
      const upper = blend(load<f32>(above + left), load<f32>(above + right), across);
      const lower = blend(load<f32>(below + left), load<f32>(below + right), across);
      const value = blend(upper, lower, <f32>(row - floor<f64>(row)));
      at = repeat(value, times, next, at);
    }
  }
}

/** @returns the address for the next pixel. */
function repeat(value: f32, times: i32, step: usize, target: usize): usize {
  let at = target;
  for (let time = 0; time < times; time += 1) {
    store<f32>(at, value);
    at += step;
  }
  return at;
}

/** `(x - mean) / max(deviation, 1 / sqrt(count))`, in place. */
function standardize(values: usize, count: i32): void {
  const end = values + ((<usize>count) << 2);
  let sum: f64 = 0;
  let squares: f64 = 0;
  for (let at = values; at < end; at += 4) {
    const value = <f64>load<f32>(at);
    sum += value;
    squares += value * value;
  }
  // Sums of whole numbers below 2^53 are exact, and those of an augmented image nearly so, so that the difference
  // loses little precision.
  const mean = sum / <f64>count;
  const variance = max(0.0, squares / <f64>count - mean * mean);
  const deviation = max(Math.sqrt(variance), 1 / Math.sqrt(<f64>count));
  const scale = 1 / deviation;
  for (let at = values; at < end; at += 4)
    store<f32>(at, <f32>((<f64>load<f32>(at) - mean) * scale));
}

/** `factor * x + offset` for one channel of `count` pixels, in place. */
function scale(target: usize, count: i32, channels: i32, factor: f32, offset: f32): void {
  const step = (<usize>channels) << 2;
  const end = target + <usize>count * step;
  for (let at = target; at < end; at += step)
    store<f32>(at, <f32>(<f64>load<f32>(at) * <f64>factor + <f64>offset));
}

/** The coordinate in the source that corresponds to a coordinate in the result. */
function sourceOf(place: i32, from: i32, to: i32): f64 {
  return ((<f64>place + 0.5) * <f64>from) / <f64>to - 0.5;
}

function blend(a: f32, b: f32, share: f32): f32 {
  return a + (b - a) * share;
}
