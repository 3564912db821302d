/** A step that could be inline, but has a reader that needs its output in memory. */
import { rowSides } from "../../../core/shape.ts";
import type { BufferId } from "../../../plan/buffers.ts";
import { rowChunks } from "./chunks.ts";
import type { Call, Lowering, OperandArguments } from "./lowering.ts";

export function storeRows(
  operand: OperandArguments,
  target: BufferId,
  { address, shape }: Lowering,
): Call {
  const [rows, channels] = rowSides(shape(target));
  const { perChunk, chunks } = rowChunks(rows, channels);
  const args = [...operand, rows, channels, address(target), perChunk];
  return { kernel: "storeRows", chunks, args };
}
