/** An operand that has to lie in memory: normalisation, its gradient and ReLU where somebody needs them stored. */
import { stageInto } from "./shared/operand";
import { addressAt, argumentsAt, intAt } from "./shared/record";

/** It may write over what it reads. Arguments: the operand (4), rows, channels, result, rows of a chunk. */
export function storeRows(record: usize, chunk: i32, _scratch: usize): void {
  const channels = intAt(record, 5);
  const first = chunk * intAt(record, 7);
  const rows = min(intAt(record, 7), intAt(record, 4) - first);
  const offset = (<usize>first * <usize>channels) << 2;
  stageInto(argumentsAt(record, 0), offset, rows, channels, addressAt(record, 6) + offset);
}
