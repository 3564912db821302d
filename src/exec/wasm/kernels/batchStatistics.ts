/**
 * Mean and biased variance of each channel over the batch, with one pass over the map. Each chunk computes the
 * statistics of some rows, and a second call merges them in a fixed order (Chan, Golub and LeVeque 1983).
 */

import { BatchStatisticsCall, MergeStatisticsCall } from "./generated/calls";
import { addScaled, addSpreads } from "./generated/vectors";
import { clearValues } from "./shared/channels";
import { divideValues, partBytes, partStatistics } from "./shared/statistics";

/** One chunk is some rows and writes one part (`shared/statistics.ts`). */
export function batchStatistics(call: BatchStatisticsCall, chunk: i32, _scratch: usize): void {
  const channels = call.rows.channels;
  const first = chunk * call.rows.perChunk;
  const rows = min(call.rows.perChunk, call.rows.count - first);
  const x = call.x + ((<usize>first * <usize>channels) << 2);
  partStatistics(x, rows, channels, call.parts + <usize>chunk * partBytes(channels));
}

/** One chunk merges some channels of all parts. */
export function mergeStatistics(call: MergeStatisticsCall, chunk: i32, _scratch: usize): void {
  const parts = call.parts;
  const channels = call.channels.count;
  const first = chunk * call.channels.perChunk;
  const count = min(call.channels.perChunk, channels - first);
  const offset = (<usize>first) << 2;
  const mean = call.mean + offset;
  const variance = call.variance + offset;
  const stride = partBytes(channels);
  const end = parts + <usize>call.numParts * stride;
  const spreadAt = (<usize>channels) << 2;
  clearValues(mean, count);
  clearValues(variance, count);
  let rows: f32 = 0;
  for (let part = parts; part < end; part += stride) {
    const own = load<f32>(part + 3 * spreadAt);
    rows += own;
    addScaled(mean, part + offset, count, own);
  }
  divideValues(mean, count, rows);
  for (let part = parts; part < end; part += stride) {
    const own = load<f32>(part + 3 * spreadAt);
    addSpreads(variance, part + spreadAt + offset, part + offset, mean, count, own);
  }
  divideValues(variance, count, rows);
}
