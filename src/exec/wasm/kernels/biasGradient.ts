/** Sums over rows: the gradient of a bias. */
import { clearValues } from "./channels";
import { addressAt, intAt } from "./shared/record";
import { addRows } from "./shared/statistics";

/** Arguments: dy, rows, channels, parts (a row of channels for each chunk), rows of a chunk. */
export function sumColumns(record: usize, chunk: i32, _scratch: usize): void {
  const channels = intAt(record, 2);
  const first = chunk * intAt(record, 4);
  const rows = min(intAt(record, 4), intAt(record, 1) - first);
  const bytes = (<usize>channels) << 2;
  const part = addressAt(record, 3) + <usize>chunk * bytes;
  clearValues(part, channels);
  addRows(addressAt(record, 0) + <usize>first * bytes, rows, channels, part);
}
