/** The rows of a map that the windows of a band of results read. */
import { Operand, OperandKind, SlidingWindow } from "../generated/calls";
import { stageInto } from "../generated/operands";

/**
 * Computes these rows into `target`, unless the operand is stored in memory.
 *
 * @param target room for the rows.
 * @returns the address at which the first pixel of the whole batch lies, or would lie.
 */
export function stageUnder(
  window: SlidingWindow,
  operand: Operand,
  image: i32,
  top: i32,
  rows: i32,
  target: usize,
): usize {
  if (operand.kind === OperandKind.plain) return operand.source;
  const height = window.height;
  const start = top * window.strideY - window.paddingY;
  const reach = (rows - 1) * window.strideY + (window.kernelHeight - 1) * window.dilationY + 1;
  const first = max(0, start);
  const count = min(height, start + reach) - first;
  const channels = window.channels;
  const pixel = (image * height + first) * window.width;
  const offset = (<usize>pixel * <usize>channels) << 2;
  if (count > 0) stageInto(operand, offset, count * window.width, channels, target);
  return target - offset;
}
