/**
 * Stores an operand that is otherwise computed while it is loaded: a normalisation, its gradient or an activation that some
 * reader needs in memory.
 */
import { StoreRowsCall } from "./generated/calls";
import { stageInto } from "./generated/operands";

/** The result may share its memory with what it is computed from. */
export function storeRows(call: StoreRowsCall, chunk: i32, _scratch: usize): void {
  const channels = call.rows.channels;
  const first = chunk * call.rows.perChunk;
  const rows = min(call.rows.perChunk, call.rows.count - first);
  const offset = (<usize>first * <usize>channels) << 2;
  stageInto(call.operand, offset, rows, channels, call.result + offset);
}
