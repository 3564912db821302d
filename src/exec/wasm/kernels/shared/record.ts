/**
 * A call of a kernel as it lies in memory, written by `layOutProgram`: 64 slots of four bytes. Slot 0 is the kernel's
 * number in `dispatch.ts`, slot 1 the number of its chunks, slots 2 and 3 count the chunks given out from the first on and from the
 * last back, slot 4 is 1 where the next call need not wait for this one; the arguments follow from slot 5, each an
 * integer, an address or a float as the kernel reads it.
 */
export const RECORD_BYTES: usize = 256;
const COUNTERS_AT: usize = 8;
const ONE_FROM_END: i64 = 1 << 32;
const ARGUMENTS_AT: usize = 20;

export function kernelOf(record: usize): i32 {
  return load<i32>(record);
}

/**
 * Takes a chunk that nobody has, -1 where there is none left. Threads take them from either end, so that a thread finds in its
 * own cache most of what it wrote a call before: the first images of a batch stay with some, the last with others.
 */
export function takeChunk(record: usize, fromEnd: bool): i32 {
  const chunks = load<i32>(record, 4);
  const given = atomic.add<i64>(record + COUNTERS_AT, fromEnd ? ONE_FROM_END : 1);
  const first = <i32>given;
  const last = <i32>(given >> 32);
  if (first + last >= chunks) return -1;
  return fromEnd ? chunks - 1 - last : first;
}

/** Sets back what `takeChunk` counts. */
export function giveBack(record: usize): void {
  atomic.store<i64>(record + COUNTERS_AT, 0);
}

/** Whether threads go on with the next call without meeting. */
export function goesOn(record: usize): bool {
  return load<i32>(record, 16) !== 0;
}

/** Where an argument lies: that of a group which is read by itself, as a window's or an operand's. */
export function argumentsAt(record: usize, index: i32): usize {
  return record + ARGUMENTS_AT + ((<usize>index) << 2);
}

export function intAt(record: usize, index: i32): i32 {
  return load<i32>(argumentsAt(record, index));
}

export function addressAt(record: usize, index: i32): usize {
  return load<u32>(argumentsAt(record, index));
}

export function floatAt(record: usize, index: i32): f32 {
  return load<f32>(argumentsAt(record, index));
}
