/** An operand that has to lie in memory: normalisation, its gradient and ReLU where somebody needs them stored. */
import { StoreRowsCall } from "./generated/calls";
import { stageInto } from "./shared/operand";

/** It may write over what it reads. Arguments: the operand (4), rows, channels, result, rows of a chunk. */
export function storeRows(call: StoreRowsCall, chunk: i32, _scratch: usize): void {
  const channels = call.rows.channels;
  const first = chunk * call.rows.perChunk;
  const rows = min(call.rows.perChunk, call.rows.count - first);
  const offset = (<usize>first * <usize>channels) << 2;
  stageInto(call.operand, offset, rows, channels, call.result + offset);
}
