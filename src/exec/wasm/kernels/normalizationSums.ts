/**
 * Sums of `dy` and of `dy * xHat` over rows, which are the gradients of beta and gamma. Chunks write parts, and a
 * second call adds them in a fixed order.
 */

import { MergeNormalizationSumsCall, NormalizationSumsCall } from "./generated/calls";
import { addInto } from "./generated/vectors";
import { clearValues } from "./shared/channels";
import { beginGradient, finishGradient } from "./shared/gradientEpilogue";

/** One chunk sums some rows. The epilogue names the sums and has no mask. */
export function normalizationSums(call: NormalizationSumsCall, chunk: i32, scratch: usize): void {
  const channels = call.rows.channels;
  const first = chunk * call.rows.perChunk;
  const rows = min(call.rows.perChunk, call.rows.count - first);
  const dy = call.dy + ((<usize>first * <usize>channels) << 2);
  const epilogue = call.epilogue;
  beginGradient(epilogue, chunk, channels);
  finishGradient(epilogue, chunk, first, rows, channels, dy, scratch);
}

/** One chunk merges some channels of all parts. */
export function mergeNormalizationSums(
  call: MergeNormalizationSumsCall,
  chunk: i32,
  _scratch: usize,
): void {
  const channels = call.channels.count;
  const first = chunk * call.channels.perChunk;
  const count = min(call.channels.perChunk, channels - first);
  const offset = (<usize>first) << 2;
  const bytes = (<usize>channels) << 2;
  const variance = call.variance + offset;
  const epsilon = call.epsilon;
  const sumDy = call.sumDy + offset;
  const sumDyXhat = call.sumDyXhat + offset;
  clearValues(sumDy, count);
  clearValues(sumDyXhat, count);
  let part = call.parts + offset;
  for (let index = 0; index < call.numParts; index += 1) {
    addInto(sumDy, part, count);
    addInto(sumDyXhat, part + bytes, count);
    part += 2 * bytes;
  }
  for (let at: usize = 0; at < (<usize>count) << 2; at += 4) {
    const deviation = sqrt<f32>(load<f32>(variance + at) + epsilon);
    store<f32>(sumDyXhat + at, load<f32>(sumDyXhat + at) / deviation);
  }
}
