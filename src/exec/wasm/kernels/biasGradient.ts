/** The gradient of a bias, which is a sum over rows. */

import { SumColumnsCall } from "./generated/calls";
import { clearValues } from "./shared/channels";
import { addRows } from "./shared/statistics";

/** One chunk sums some rows and writes a row of channels. */
export function sumColumns(call: SumColumnsCall, chunk: i32, _scratch: usize): void {
  const channels = call.rows.channels;
  const first = chunk * call.rows.perChunk;
  const rows = min(call.rows.perChunk, call.rows.count - first);
  const bytes = (<usize>channels) << 2;
  const part = call.parts + <usize>chunk * bytes;
  clearValues(part, channels);
  addRows(call.dy + <usize>first * bytes, rows, channels, part);
}
