/** A step that could be computed while it is loaded, but has a reader that needs its output in memory. */
import type { BufferId } from "../../../plan/buffers.ts";
import type { Call } from "../kernelCalls.ts";
import { rowChunks } from "./chunks.ts";
import type { Lowering, Operand } from "./lowering.ts";

export function storeRows(operand: Operand, target: BufferId, { address, shape }: Lowering): Call {
  const { rows, chunks } = rowChunks(shape(target));
  return { kernel: "storeRows", chunks, arguments: { operand, rows, result: address(target) } };
}
