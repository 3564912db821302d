/** Loss and hits of the batches since somebody read them. */
import { addressAt, intAt } from "./shared/record";

/**
 * Adds to `[sum of mean losses, number correct, newest mean loss]`. One chunk.
 *
 * Arguments: loss of each image, predicted, labels, rows, sums.
 */
export function accumulateMetrics(record: usize, _chunk: i32, _scratch: usize): void {
  const rows = intAt(record, 3);
  const sums = addressAt(record, 4);
  let total: f64 = 0;
  let correct = 0;
  for (let at: usize = 0; at < (<usize>rows) << 2; at += 4) {
    total += <f64>load<f32>(addressAt(record, 0) + at);
    const hits = load<i32>(addressAt(record, 1) + at) === load<i32>(addressAt(record, 2) + at);
    correct += hits ? 1 : 0;
  }
  const mean = <f32>(total / <f64>rows);
  store<f32>(sums, load<f32>(sums) + mean);
  store<f32>(sums + 4, load<f32>(sums + 4) + <f32>correct);
  store<f32>(sums + 8, mean);
}
