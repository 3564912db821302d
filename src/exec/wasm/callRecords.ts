/** Calls as the kernels read them: `kernels/shared/record.ts` has the layout. */
import { kernelNumber } from "./kernelModule.ts";
import type { Call } from "./lower/lowering.ts";

export const RECORD_BYTES = 256;
const SLOTS = RECORD_BYTES / 4;
const FIRST_ARGUMENT = 5;

/** @throws RangeError for a call with more arguments than a record holds. */
export function encodeCalls(calls: readonly Call[]): Uint8Array {
  const integers = new Int32Array(calls.length * SLOTS);
  const floats = new Float32Array(integers.buffer);
  for (const [index, { kernel, chunks, goesOn = false, args }] of calls.entries()) {
    const start = index * SLOTS;
    if (args.length > SLOTS - FIRST_ARGUMENT)
      throw new RangeError(`${kernel} has ${args.length} arguments`);
    integers.set([kernelNumber(kernel), chunks, 0, 0, Number(goesOn)], start);
    for (const [place, argument] of args.entries()) {
      const slot = start + FIRST_ARGUMENT + place;
      if (typeof argument === "number") integers[slot] = argument;
      else floats[slot] = argument.float;
    }
  }
  return new Uint8Array(integers.buffer);
}
