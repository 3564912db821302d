/** Random changes of whole files, which fast-check generates and shortens. */
import fc from "fast-check";
import { strFromU8, strToU8, unzipSync, type Zippable, zipSync } from "fflate";

export interface FileBytes {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** One change of the bytes of a file. Places are shares of its length. */
type ByteChange =
  | { readonly kind: "set"; readonly at: number; readonly values: readonly number[] }
  | { readonly kind: "cut"; readonly at: number }
  | { readonly kind: "insert"; readonly at: number; readonly values: readonly number[] }
  | { readonly kind: "remove"; readonly at: number; readonly length: number }
  | { readonly kind: "copy"; readonly at: number; readonly from: number; readonly length: number }
  /** A whole number of 2, 4 or 8 bytes becomes an odd one. */
  | {
      readonly kind: "integer";
      readonly at: number;
      readonly width: number;
      readonly value: number;
      readonly isLittle: boolean;
    }
  /** A number that is written in digits becomes another text. Of the same length, unless `isFree`. */
  | {
      readonly kind: "digits";
      readonly which: number;
      readonly text: string;
      readonly isFree: boolean;
    };

/** A change of one of the given files, or of a file in an archive among them. */
export interface Change {
  readonly file: number;
  /** Of the files in an archive; beyond their number, the archive itself is changed. */
  readonly entry: number;
  readonly change:
    | ByteChange
    | { readonly kind: "gone" }
    | { readonly kind: "renamed"; readonly name: string };
}

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const values = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 8 });
const texts = fc.oneof(
  fc.integer({ min: -2, max: 70_000 }).map(String),
  fc.constantFrom("1e9", "1000000000", "4294967295", "-1", "0", "1e308", "null", "[]", '"a"', "9"),
);
const names = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.constantFrom(
    "../../a.png",
    "/etc/passwd",
    "model.json",
    "a/b/c/d.png",
    "train/x/y.png",
    "CON",
  ),
);

const byteChange: fc.Arbitrary<ByteChange> = fc.oneof(
  fc.record({ kind: fc.constant("set" as const), at: place, values }),
  fc.record({ kind: fc.constant("cut" as const), at: place }),
  fc.record({ kind: fc.constant("insert" as const), at: place, values }),
  fc.record({ kind: fc.constant("remove" as const), at: place, length: fc.nat({ max: 64 }) }),
  fc.record({
    ...{ kind: fc.constant("copy" as const), at: place, from: place },
    length: fc.nat({ max: 256 }),
  }),
  fc.record({
    ...{ kind: fc.constant("integer" as const), at: place, width: fc.constantFrom(2, 4, 8) },
    value: fc.constantFrom(0, -1, 1, 2 ** 31 - 1, 2 ** 30, 2 ** 40, 65_535),
    isLittle: fc.boolean(),
  }),
  fc.record({
    ...{ kind: fc.constant("digits" as const), which: fc.nat(), text: texts },
    isFree: fc.boolean(),
  }),
);

export const changes: fc.Arbitrary<readonly Change[]> = fc.array(
  fc.record({
    file: fc.nat({ max: 20 }),
    entry: fc.nat({ max: 6 }),
    change: fc.oneof(
      { weight: 10, arbitrary: byteChange },
      { weight: 1, arbitrary: fc.constant({ kind: "gone" as const }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("renamed" as const), name: names }) },
    ),
  }),
  { minLength: 1, maxLength: 3 },
);

export function changed(
  files: readonly FileBytes[],
  list: readonly Change[],
): readonly FileBytes[] {
  return list.reduce(changedOnce, files);
}

function changedOnce(
  files: readonly FileBytes[],
  { file: which, entry, change }: Change,
): readonly FileBytes[] {
  const at = which % Math.max(1, files.length);
  const file = files[at];
  if (file === undefined) return files;
  const inside = changedInside(file.bytes, entry, change);
  if (inside !== undefined) return files.with(at, { ...file, bytes: inside });
  if (change.kind === "gone") return files.toSpliced(at, 1);
  if (change.kind === "renamed") return files.with(at, { ...file, path: change.name });
  return files.with(at, { ...file, bytes: withChange(file.bytes, change) });
}

/** Returns undefined where the file is no archive, or where the archive itself is to be changed. */
function changedInside(
  bytes: Uint8Array,
  which: number,
  change: Change["change"],
): Uint8Array<ArrayBuffer> | undefined {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) return undefined;
  try {
    const entries: Zippable = unzipSync(bytes);
    const name = Object.keys(entries)[which];
    const content = name === undefined ? undefined : entries[name];
    if (name === undefined || !(content instanceof Uint8Array)) return undefined;
    if (change.kind === "gone" || change.kind === "renamed") delete entries[name];
    if (change.kind === "renamed") entries[change.name] = content;
    if (change.kind !== "gone" && change.kind !== "renamed")
      entries[name] = withChange(Uint8Array.from(content), change);
    return Uint8Array.from(zipSync(entries, { level: 1 }));
  } catch {
    // An earlier change has broken the archive, or no archive can have this name.
    return undefined;
  }
}

function withChange(bytes: Uint8Array, change: ByteChange): Uint8Array<ArrayBuffer> {
  if (change.kind === "digits") return withDigits(bytes, change);
  const at = Math.floor(change.at * bytes.length);
  switch (change.kind) {
    case "set":
      return joined(
        bytes.subarray(0, at),
        change.values,
        bytes.subarray(at + change.values.length),
      );
    case "cut":
      return bytes.slice(0, at);
    case "insert":
      return joined(bytes.subarray(0, at), change.values, bytes.subarray(at));
    case "remove":
      return joined(bytes.subarray(0, at), [], bytes.subarray(at + change.length));
    case "copy": {
      const from = Math.floor(change.from * bytes.length);
      const copied = bytes.slice(from, from + change.length);
      return joined(bytes.subarray(0, at), copied, bytes.subarray(at + copied.length));
    }
    case "integer": {
      const number = new DataView(new ArrayBuffer(8));
      const { width, value, isLittle } = change;
      if (width === 8) number.setBigInt64(0, BigInt(value), isLittle);
      else if (width === 4) number.setInt32(0, value, isLittle);
      else number.setInt16(0, value, isLittle);
      const written = new Uint8Array(number.buffer, 0, width);
      return joined(bytes.subarray(0, at), written, bytes.subarray(at + width));
    }
  }
}

function withDigits(
  bytes: Uint8Array,
  { which, text, isFree }: Extract<ByteChange, { kind: "digits" }>,
): Uint8Array<ArrayBuffer> {
  const letters = strFromU8(bytes, true);
  const found = [...letters.matchAll(/-?\d+([.]\d+)?/g)];
  const number = found[which % Math.max(1, found.length)];
  if (number === undefined) return Uint8Array.from(bytes);
  const [old] = number;
  const fitting = isFree ? text : text.padEnd(old.length).slice(0, old.length);
  const after = number.index + old.length;
  return Uint8Array.from(
    strToU8(letters.slice(0, number.index) + fitting + letters.slice(after), true),
  );
}

function joined(
  start: Uint8Array,
  middle: ArrayLike<number>,
  end: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(start.length + middle.length + end.length);
  whole.set(start);
  whole.set(middle, start.length);
  whole.set(end, start.length + middle.length);
  return whole;
}
