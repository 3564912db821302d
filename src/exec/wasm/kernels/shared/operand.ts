/** Loads the rows of an operand. `scripts/operandSources.ts` prints the loop of each kind, and has its formula. */
import { Operand, OperandKind } from "../generated/calls";
import { stageInto } from "../generated/operands";

/**
 * Makes rows from `first` on available in memory.
 *
 * @param target room for `rows * channels` numbers.
 * @returns their address, which is in the tensor itself or `target`.
 */
export function stageRows(
  operand: Operand,
  first: i32,
  rows: i32,
  channels: i32,
  target: usize,
): usize {
  const offset = (<usize>first * <usize>channels) << 2;
  if (operand.kind === OperandKind.plain) return operand.source + offset;
  stageInto(operand, offset, rows, channels, target);
  return target;
}
