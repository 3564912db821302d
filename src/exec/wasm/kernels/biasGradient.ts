/** Sums over rows: the gradient of a bias. */

import { clearValues } from "./channels";
import { SumColumnsCall } from "./generated/calls";
import { addRows } from "./shared/statistics";

/** Arguments: dy, rows, channels, parts (a row of channels for each chunk), rows of a chunk. */
export function sumColumns(call: SumColumnsCall, chunk: i32, _scratch: usize): void {
  const channels = call.rows.channels;
  const first = chunk * call.rows.perChunk;
  const rows = min(call.rows.perChunk, call.rows.count - first);
  const bytes = (<usize>channels) << 2;
  const part = call.parts + <usize>chunk * bytes;
  clearValues(part, channels);
  addRows(call.dy + <usize>first * bytes, rows, channels, part);
}
