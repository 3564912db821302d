/** Damages a valid file of runs in many ways, from a seed. fast-check generates and shortens the damage. */
import fc from "fast-check";
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";

/** One change of a file, with its words for the report. */
export type Damage =
  | { readonly kind: "byte"; readonly at: number; readonly value: number }
  | { readonly kind: "cut"; readonly at: number }
  | {
      readonly kind: "entry byte";
      readonly entry: number;
      readonly at: number;
      readonly value: number;
    }
  | { readonly kind: "entry cut"; readonly entry: number; readonly at: number }
  | { readonly kind: "entry gone"; readonly entry: number }
  /** Puts a whole checkpoint with other weights in the place of the right one. */
  | { readonly kind: "weights"; readonly which: number }
  | { readonly kind: "entry renamed"; readonly entry: number; readonly name: string }
  | {
      readonly kind: "json";
      readonly entry: number;
      readonly field: number;
      readonly value: unknown;
    }
  | {
      readonly kind: "numbers";
      readonly entry: number;
      readonly at: number;
      readonly value: number;
    }
  | { readonly kind: "header"; readonly entry: number; readonly from: string; readonly to: string };

/** A place as a share of what there is. */
const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const byte = fc.integer({ min: 0, max: 255 });
const entry = fc.nat({ max: 100 });
const oddNumber = fc.oneof(
  fc.double(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, 0, 2 ** 53, 1e308),
);

export const damages: fc.Arbitrary<readonly Damage[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("byte" as const), at: place, value: byte }),
    fc.record({ kind: fc.constant("cut" as const), at: place }),
    fc.record({ kind: fc.constant("entry byte" as const), entry, at: place, value: byte }),
    fc.record({ kind: fc.constant("entry cut" as const), entry, at: place }),
    fc.record({ kind: fc.constant("entry gone" as const), entry }),
    fc.record({ kind: fc.constant("weights" as const), which: entry }),
    fc.record({
      kind: fc.constant("entry renamed" as const),
      entry,
      name: fc.string({ maxLength: 20 }),
    }),
    fc.record({
      kind: fc.constant("json" as const),
      entry,
      field: fc.nat({ max: 400 }),
      value: fc.oneof(fc.jsonValue({ maxDepth: 2 }), oddNumber),
    }),
    fc.record({ kind: fc.constant("numbers" as const), entry, at: place, value: oddNumber }),
    fc.record({
      kind: fc.constant("header" as const),
      entry,
      from: fc.constantFrom("<f8", "<u4", "False", "(3, ", "'shape'"),
      to: fc.constantFrom(">f8", "|O", "<f8", "True", "(99999999, ", "(-1, ", "(1e9, "),
    }),
  ),
  { minLength: 1, maxLength: 3 },
);

/** @param unfit checkpoints whose weights a reader must refuse */
export function damaged(
  whole: Uint8Array,
  list: readonly Damage[],
  unfit: readonly Uint8Array[] = [],
): Uint8Array {
  return list.reduce((bytes, damage) => damagedOnce(bytes, damage, unfit), whole);
}

function damagedOnce(whole: Uint8Array, damage: Damage, unfit: readonly Uint8Array[]): Uint8Array {
  if (damage.kind === "cut") return whole.slice(0, Math.floor(damage.at * whole.length));
  if (damage.kind === "byte") return withByte(whole, damage);
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(whole);
  } catch {
    // An earlier change has already broken the archive.
    return whole;
  }
  if (damage.kind === "weights") {
    const other = unfit[damage.which % unfit.length];
    for (const name of Object.keys(files))
      if (other !== undefined && name.endsWith(".checkpoint")) files[name] = other;
    return zipped(files) ?? whole;
  }
  const names = Object.keys(files);
  const name = names[damage.entry % Math.max(1, names.length)] ?? "";
  const content = files[name] ?? new Uint8Array();
  if (damage.kind === "entry gone" || damage.kind === "entry renamed") delete files[name];
  if (damage.kind === "entry renamed") files[damage.name] = content;
  if (damage.kind === "entry byte") files[name] = withByte(content, damage);
  if (damage.kind === "entry cut")
    files[name] = content.slice(0, Math.floor(damage.at * content.length));
  if (damage.kind === "json" && name.endsWith(".json")) files[name] = withField(content, damage);
  if (damage.kind === "numbers" && name.endsWith(".npy")) files[name] = withNumber(content, damage);
  if (damage.kind === "header" && name.endsWith(".npy")) files[name] = withHeader(content, damage);
  return zipped(files) ?? whole;
}

/** Returns undefined for names that no zip can have. */
function zipped(files: Record<string, Uint8Array>): Uint8Array | undefined {
  try {
    return zipSync(files, { level: 0 });
  } catch {
    return undefined;
  }
}

function withByte(
  bytes: Uint8Array,
  { at, value }: { readonly at: number; readonly value: number },
) {
  const changed = bytes.slice();
  if (changed.length > 0) changed[Math.floor(at * changed.length)] = value;
  return changed;
}

/** Replaces one value of a JSON tree, counted in the order of its text. */
function withField(
  bytes: Uint8Array,
  { field, value }: Extract<Damage, { kind: "json" }>,
): Uint8Array {
  try {
    let count = 0;
    const text = JSON.stringify(JSON.parse(strFromU8(bytes)), (_, own: unknown) => {
      count += 1;
      return count - 1 === field ? value : own;
    });
    return strToU8(text ?? "null");
  } catch {
    return bytes;
  }
}

function withNumber(
  bytes: Uint8Array,
  { at, value }: Extract<Damage, { kind: "numbers" }>,
): Uint8Array {
  const changed = bytes.slice();
  const numNumbers = Math.floor((changed.length - 128) / 8);
  if (numNumbers <= 0) return changed;
  const offset = changed.length - 8 * (1 + Math.floor(at * numNumbers));
  new DataView(changed.buffer).setFloat64(offset, value, true);
  return changed;
}

function withHeader(
  bytes: Uint8Array,
  { from, to }: Extract<Damage, { kind: "header" }>,
): Uint8Array {
  const text = Array.from(bytes, (one) => String.fromCharCode(one)).join("");
  return Uint8Array.from(text.replace(from, to), (letter) => letter.charCodeAt(0));
}
