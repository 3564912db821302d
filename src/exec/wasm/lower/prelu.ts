/** Lowers PReLU, whose kernels are printed from its formulas. */
import type { PreluOperation } from "../../../formulas/prelu.ts";
import type { BufferId } from "../../../plan/buffers.ts";
import type { Call } from "../kernelCalls.ts";
import { rowChunks } from "./chunks.ts";
import type { Lower, Lowering } from "./lowering.ts";

export const prelu: Lower<"prelu"> = ({ inputs, outputs }, lowering) =>
  rowCalls("prelu", inputs, outputs.y, lowering);

export const preluInputGradient: Lower<"preluInputGradient"> = ({ inputs, outputs }, lowering) =>
  rowCalls("preluInputGradient", inputs, outputs.dx, lowering);

export const preluAlphaTerms: Lower<"preluAlphaTerms"> = ({ inputs, outputs }, lowering) =>
  rowCalls("preluAlphaTerms", inputs, outputs.terms, lowering);

function rowCalls(
  kernel: PreluOperation,
  { x, alpha, dy }: { readonly x: BufferId; readonly alpha?: BufferId; readonly dy?: BufferId },
  output: BufferId,
  { address, optional, shape }: Lowering,
): readonly Call[] {
  const { rows, chunks } = rowChunks(shape(output));
  const operands = { x: address(x), alpha: optional(alpha), dy: optional(dy) };
  return [{ kernel, chunks, arguments: { ...operands, result: address(output), rows } }];
}
