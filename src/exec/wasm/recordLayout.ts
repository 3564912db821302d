/**
 * Assigns the numbers of a call to the 64 slots of its record, four bytes each: first those of `HEADER`, then the arguments
 * in the order of the table. The build writes the kernels' accessors from it, and `callRecords.ts` the records.
 */
import type { ArgumentType, ArgumentTypes, Choice, KernelName, RecordName } from "./kernelCalls.ts";
import { CHOICES, KERNELS, RECORDS } from "./kernelTable.ts";

export const RECORD_SLOTS = 64;
export const RECORD_BYTES = 4 * RECORD_SLOTS;

/** `givenFromStart` and `givenFromEnd` count the chunks that threads have taken; one atomic operation reads both. */
export const HEADER = {
  kernel: "i32",
  numChunks: "i32",
  givenFromStart: "i32",
  givenFromEnd: "i32",
  goesOn: "boolean",
} as const satisfies ArgumentTypes;

interface PlacedArgument {
  readonly name: string;
  readonly type: ArgumentType;
  /** Counted from the start of the record, or of the arguments that belong together. */
  readonly slot: number;
}

export const KERNEL_NAMES = namesOf(KERNELS);
export const RECORD_NAMES = namesOf(RECORDS);

const ARGUMENT_TYPES: ReadonlyMap<string, ArgumentTypes> = new Map(
  KERNEL_NAMES.map((name) => [name, KERNELS[name].arguments]),
);

/** The arguments of a kernel, behind the header. */
export function placedArguments(kernel: KernelName): readonly PlacedArgument[] {
  return placed(ARGUMENT_TYPES.get(kernel) ?? {}, numSlots(HEADER));
}

export function placed(types: ArgumentTypes, first = 0): readonly PlacedArgument[] {
  let slot = first;
  return Object.entries(types).map(([name, type]) => {
    const argument = { name, type, slot };
    slot += slotsOf(type);
    return argument;
  });
}

/** Slots of one value; those of a list follow from the call. */
export function slotsOf(type: ArgumentType): number {
  if (typeof type === "object") return 0;
  return isRecord(type) ? numSlots(RECORDS[type]) : 1;
}

function numSlots(types: ArgumentTypes): number {
  return Object.values(types).reduce((total, type) => total + slotsOf(type), 0);
}

export function isRecord(type: ArgumentType): type is RecordName {
  return typeof type === "string" && type in RECORDS;
}

export function isChoice(type: ArgumentType): type is Choice {
  return typeof type === "string" && type in CHOICES;
}

/** How many elements a record holds of the list that a kernel's arguments end with. */
export function roomForList(kernel: KernelName): number {
  const last = placedArguments(kernel).at(-1);
  if (last === undefined || typeof last.type !== "object") return 0;
  return Math.floor((RECORD_SLOTS - last.slot) / slotsOf(last.type.listOf));
}

function namesOf<T extends object>(table: T): readonly (keyof T & string)[] {
  return Object.keys(table).filter((name): name is keyof T & string => name in table);
}
