/**
 * A call of a kernel as it lies in memory, written by `layOutProgram`: 64 slots of four bytes. Slot 0 is the kernel's
 * number in `dispatch.ts`, slot 1 the number of its chunks, slot 2 counts the chunks given out, slot 3 is 1 where the
 * next call need not wait for this one; the arguments follow from slot 4, each an integer, an address or a float as the kernel reads it.
 */
export const RECORD_BYTES: usize = 256;
const ARGUMENTS_AT: usize = 16;

export function kernelOf(record: usize): i32 {
  return load<i32>(record);
}

export function chunksOf(record: usize): i32 {
  return load<i32>(record, 4);
}

/** Where the chunks given out are counted. */
export function counterOf(record: usize): usize {
  return record + 8;
}

/** Whether threads go on with the next call without meeting. */
export function goesOn(record: usize): bool {
  return load<i32>(record, 12) !== 0;
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
