/** Sums of `dy` and of `dy * xHat` over rows, the gradients of beta and gamma, in parts and then in order. */
import { addInto, clearValues } from "./channels";
import { beginGradient, finishGradient } from "./shared/gradientEpilogue";
import { addressAt, argumentsAt, floatAt, intAt } from "./shared/record";

/** Arguments: dy, rows, channels, rows of a chunk, the sums (`shared/gradientEpilogue.ts`, without a mask). */
export function normalizationSums(record: usize, chunk: i32, scratch: usize): void {
  const channels = intAt(record, 2);
  const first = chunk * intAt(record, 3);
  const rows = min(intAt(record, 3), intAt(record, 1) - first);
  const dy = addressAt(record, 0) + ((<usize>first * <usize>channels) << 2);
  const epilogue = argumentsAt(record, 4);
  beginGradient(epilogue, chunk, channels);
  finishGradient(epilogue, chunk, first, rows, channels, dy, scratch);
}

/**
 * One chunk is some channels.
 *
 * Arguments: parts' address, parts, channels, variance, epsilon (float), sumDy, sumDyXhat, channels of a chunk.
 */
export function mergeNormalizationSums(record: usize, chunk: i32, _scratch: usize): void {
  const channels = intAt(record, 2);
  const first = chunk * intAt(record, 7);
  const count = min(intAt(record, 7), channels - first);
  const offset = (<usize>first) << 2;
  const bytes = (<usize>channels) << 2;
  const variance = addressAt(record, 3) + offset;
  const epsilon = floatAt(record, 4);
  const sumDy = addressAt(record, 5) + offset;
  const sumDyXhat = addressAt(record, 6) + offset;
  clearValues(sumDy, count);
  clearValues(sumDyXhat, count);
  let part = addressAt(record, 0) + offset;
  for (let index = 0; index < intAt(record, 1); index += 1) {
    addInto(sumDy, part, count);
    addInto(sumDyXhat, part + bytes, count);
    part += 2 * bytes;
  }
  for (let at: usize = 0; at < (<usize>count) << 2; at += 4) {
    const deviation = sqrt<f32>(load<f32>(variance + at) + epsilon);
    store<f32>(sumDyXhat + at, load<f32>(sumDyXhat + at) / deviation);
  }
}
