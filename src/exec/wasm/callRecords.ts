/** Writes calls as the kernels read them; `recordLayout.ts` says which slot each number has. */
import type { ArgumentType, Call } from "./kernelCalls.ts";
import { CHOICES, RECORDS } from "./kernelTable.ts";
import {
  HEADER,
  isChoice,
  isRecord,
  KERNEL_NAMES,
  placed,
  placedArguments,
  RECORD_BYTES,
  RECORD_SLOTS,
  slotsOf,
} from "./recordLayout.ts";

type Value = number | boolean | string | readonly Value[] | Values;
type Values = { readonly [name: string]: Value };

/** @throws RangeError for a call whose lists are longer than its record. */
export function encodeCalls(calls: readonly Call[]): Uint8Array {
  const records = new RecordWriter(calls.length * RECORD_SLOTS);
  for (const [index, call] of calls.entries()) {
    const start = index * RECORD_SLOTS;
    const header = {
      kernel: KERNEL_NAMES.indexOf(call.kernel),
      numChunks: call.chunks,
      givenFromStart: 0,
      givenFromEnd: 0,
      goesOn: call.goesOn ?? false,
    };
    records.writeAll(placed(HEADER), header, start);
    const end = records.writeAll(placedArguments(call.kernel), call.arguments, start);
    if (end > start + RECORD_SLOTS)
      throw new RangeError(
        `${call.kernel} has more arguments than a record of ${RECORD_BYTES} bytes holds`,
      );
  }
  return records.bytes;
}

class RecordWriter {
  readonly #integers: Int32Array;
  readonly #floats: Float32Array;

  constructor(numSlots: number) {
    this.#integers = new Int32Array(numSlots);
    this.#floats = new Float32Array(this.#integers.buffer);
  }

  get bytes(): Uint8Array {
    return new Uint8Array(this.#integers.buffer);
  }

  /** @returns the slot behind the last one written. */
  writeAll(types: ReturnType<typeof placed>, values: Values, start: number): number {
    let end = start;
    for (const { name, type, slot } of types) end = this.#write(type, values[name], start + slot);
    return end;
  }

  #write(type: ArgumentType, value: Value | undefined, slot: number): number {
    if (typeof type === "object") {
      if (!isList(value)) throw wrongValue(type, value);
      for (const [index, element] of value.entries())
        this.#write(type.listOf, element, slot + index * slotsOf(type.listOf));
      return slot + value.length * slotsOf(type.listOf);
    }
    if (isRecord(type)) {
      if (typeof value !== "object" || isList(value)) throw wrongValue(type, value);
      return this.writeAll(placed(RECORDS[type]), value, slot);
    }
    if (type === "f32") this.#floats[slot] = numberOf(type, value);
    else this.#integers[slot] = numberOf(type, value);
    return slot + 1;
  }
}

/** Converts a value to the number that is stored: a word of a choice becomes its index in the list. */
function numberOf(type: ArgumentType, value: Value | undefined): number {
  if (typeof value === "number" || typeof value === "boolean") return Number(value);
  const words: readonly (Value | undefined)[] = isChoice(type) ? CHOICES[type] : [];
  const place = words.indexOf(value);
  if (place < 0) throw wrongValue(type, value);
  return place;
}

function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

function wrongValue(type: ArgumentType, value: Value | undefined): RangeError {
  return new RangeError(`an argument of type ${JSON.stringify(type)} got ${JSON.stringify(value)}`);
}
