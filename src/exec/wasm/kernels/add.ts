/** Sums of maps, and of the gradients that reach one map from several readers. */
import { beginGradient, finishGradient } from "./shared/gradientEpilogue";
import { stageRows } from "./shared/operand";
import { addressAt, argumentsAt, intAt } from "./shared/record";
import { addValues, blockRows } from "./shared/rows";

/**
 * A block of rows is summed before it is written, so that the sum may lie where any term does.
 *
 * Arguments: rows, channels, result, rows of a chunk, terms, what follows on a gradient (`shared/gradientEpilogue.ts`), the
 * terms (operands).
 *
 * @param scratch two blocks of `blockRows` rows.
 */
export function addTerms(record: usize, chunk: i32, scratch: usize): void {
  const channels = intAt(record, 1);
  const bytes = (<usize>channels) << 2;
  const start = chunk * intAt(record, 3);
  const end = min(intAt(record, 0), start + intAt(record, 3));
  const epilogue = argumentsAt(record, 5);
  const block = blockRows(channels);
  const other = scratch + <usize>block * bytes;
  beginGradient(epilogue, chunk, channels);
  for (let first = start; first < end; first += block) {
    const rows = min(block, end - first);
    const target = addressAt(record, 2) + <usize>first * bytes;
    sumBlock(record, first, rows, scratch, other, target);
    finishGradient(epilogue, chunk, first, rows, channels, target, other);
  }
}

function sumBlock(
  record: usize,
  first: i32,
  rows: i32,
  partial: usize,
  other: usize,
  target: usize,
): void {
  const channels = intAt(record, 1);
  const terms = intAt(record, 4);
  let sum = stageRows(argumentsAt(record, 12), first, rows, channels, partial);
  for (let term = 1; term < terms; term += 1) {
    const next = stageRows(argumentsAt(record, 12 + 4 * term), first, rows, channels, other);
    const into = term === terms - 1 ? target : partial;
    addValues(sum, next, rows * channels, into);
    sum = into;
  }
}
