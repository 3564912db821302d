/** ELU, and the gradients of both activations. ReLU itself is `storeRows`. Each may write over what it reads. */
import { beginGradient, finishGradient } from "./shared/gradientEpilogue";
import { stageRows } from "./shared/operand";
import { addressAt, argumentsAt, intAt } from "./shared/record";
import { blockRows, maskValues } from "./shared/rows";

/** Alpha 1. Arguments: x, y, count, numbers of a chunk. */
export function elu(record: usize, chunk: i32, _scratch: usize): void {
  const x = addressAt(record, 0);
  const y = addressAt(record, 1);
  const first = chunk * intAt(record, 3);
  const end = (<usize>min(intAt(record, 2), first + intAt(record, 3))) << 2;
  for (let at = (<usize>first) << 2; at < end; at += 4) {
    const value = load<f32>(x + at);
    store<f32>(y + at, value > 0 ? value : Mathf.expm1(value));
  }
}

/** Arguments: dy, y, dx, count, numbers of a chunk. */
export function eluGradient(record: usize, chunk: i32, _scratch: usize): void {
  const dy = addressAt(record, 0);
  const y = addressAt(record, 1);
  const dx = addressAt(record, 2);
  const first = chunk * intAt(record, 4);
  const end = (<usize>min(intAt(record, 3), first + intAt(record, 4))) << 2;
  for (let at = (<usize>first) << 2; at < end; at += 4) {
    const value = load<f32>(y + at);
    const slope: f32 = value > 0 ? 1 : value + 1;
    store<f32>(dx + at, load<f32>(dy + at) * slope);
  }
}

/**
 * Arguments: dy, y (operand), dx, rows, channels, rows of a chunk, what follows (`shared/gradientEpilogue.ts`).
 *
 * @param scratch two blocks of `blockRows` rows.
 */
export function reluGradient(record: usize, chunk: i32, scratch: usize): void {
  const channels = intAt(record, 7);
  const bytes = (<usize>channels) << 2;
  const start = chunk * intAt(record, 8);
  const end = min(intAt(record, 6), start + intAt(record, 8));
  const epilogue = argumentsAt(record, 9);
  const block = blockRows(channels);
  const other = scratch + <usize>block * bytes;
  beginGradient(epilogue, chunk, channels);
  for (let first = start; first < end; first += block) {
    const rows = min(block, end - first);
    const offset = <usize>first * bytes;
    const y = stageRows(argumentsAt(record, 1), first, rows, channels, scratch);
    const dx = addressAt(record, 5) + offset;
    maskValues(addressAt(record, 0) + offset, y, rows * channels, dx);
    finishGradient(epilogue, chunk, first, rows, channels, dx, other);
  }
}
