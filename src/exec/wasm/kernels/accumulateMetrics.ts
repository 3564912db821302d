/** Loss and number of correct predictions of all batches since the metrics were last read. */
import { AccumulateMetricsCall } from "./generated/calls";

/** Adds to `sums`: `[sum of mean losses, number correct, newest mean loss]`. It runs in one chunk. */
export function accumulateMetrics(call: AccumulateMetricsCall, _chunk: i32, _scratch: usize): void {
  const rows = call.rows;
  const sums = call.sums;
  let total: f64 = 0;
  let correct = 0;
  for (let at: usize = 0; at < (<usize>rows) << 2; at += 4) {
    total += <f64>load<f32>(call.imageLoss + at);
    const hits = load<i32>(call.predicted + at) === load<i32>(call.labels + at);
    correct += hits ? 1 : 0;
  }
  const mean = <f32>(total / <f64>rows);
  store<f32>(sums, load<f32>(sums) + mean);
  store<f32>(sums + 4, load<f32>(sums + 4) + <f32>correct);
  store<f32>(sums + 8, mean);
}
