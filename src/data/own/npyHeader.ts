/**
 * Reads the header of a NumPy file, versions 1 to 3: the type of the numbers, their shape and order, and their offset. It reads
 * no numbers. Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { fileFormatOf } from "../../core/fileFormat.ts";
import type { OwnFile } from "../../core/ownFile.ts";
import { formatCount } from "../../core/units.ts";
import { readBytes, wrongFile } from "./ownFile.ts";

/** NumPy's type letter and size in bytes; `b1` is a boolean. */
export const NPY_TYPES = [
  "b1",
  "u1",
  "u2",
  "u4",
  "u8",
  "i1",
  "i2",
  "i4",
  "i8",
  "f2",
  "f4",
  "f8",
] as const;
export type NpyType = (typeof NPY_TYPES)[number];

export interface NpyHeader {
  readonly type: NpyType;
  readonly littleEndian: boolean;
  /** Fortran order: the first axis varies fastest. */
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Offset of the first number in bytes. */
  readonly dataOffset: number;
}

/** NumPy itself refuses longer headers from untrusted files. */
const MAX_HEADER_BYTES = 10_000;
const REMEDY = "Save the array again with numpy.save.";

/**
 * @throws PlaygroundError `file.invalid` for a file that is not an array of plain numbers, or whose length does not fit its
 *   header.
 */
export async function readNpyHeader(file: OwnFile): Promise<NpyHeader> {
  const start = await readBytes(file, 0, 12);
  if (fileFormatOf(start) !== "npy" || start.length < 12) {
    throw wrongFile(file.path, {
      rule: "this is no NumPy array, whatever its name says",
      expected: "a file that starts with \\x93NUMPY",
      got: start.length === 0 ? "an empty file" : inWords(start.subarray(0, 6)),
      remedy: REMEDY,
    });
  }
  const view = new DataView(start.buffer);
  const version = start[6] ?? 0;
  if (version < 1 || version > 3) {
    throw wrongFile(file.path, {
      rule: "the file has a version of the format that nobody knows",
      expected: "1, 2 or 3",
      got: String(version),
      remedy: REMEDY,
    });
  }
  const textOffset = version === 1 ? 10 : 12;
  const textBytes = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (textBytes > MAX_HEADER_BYTES) {
    const got = `${formatCount(textBytes)} bytes`;
    throw wrongHeader(file.path, `a header of ${formatCount(MAX_HEADER_BYTES)} bytes at most`, got);
  }
  const text = new TextDecoder(version === 3 ? "utf-8" : "latin1").decode(
    await readBytes(file, textOffset, textOffset + textBytes),
  );
  const header = { ...parseDictionary(text, file.path), dataOffset: textOffset + textBytes };
  requireLength(file, header);
  return header;
}

/** Bytes of one number. */
export function bytesOf(type: NpyType): number {
  return Number(type.slice(1));
}

/** Formats a shape: `28,709 × 48 × 48`. */
export function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? "a single number" : shape.map(formatCount).join(" × ");
}

/** Returns NumPy's name of a type: `float32`. */
export function typeText(type: NpyType): string {
  if (type === "b1") return "bool";
  const names = { u: "uint", i: "int", f: "float" } as const;
  return `${names[type.charAt(0) as "u" | "i" | "f"]}${8 * bytesOf(type)}`;
}

/** The header is a Python dictionary with exactly these three keys. */
function parseDictionary(text: string, path: string): Omit<NpyHeader, "dataOffset"> {
  const descr = /'descr'\s*:\s*('[^']*'|\[)/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const sizes = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(text)?.[1];
  if (descr === undefined || order === undefined || sizes === undefined)
    throw wrongHeader(path, "'descr', 'fortran_order' and 'shape'", text.trim().slice(0, 80));
  const [, endian = "", code = ""] = /^'([<>|=])(.*)'$/.exec(descr) ?? [];
  const type = NPY_TYPES.find((known) => known === code);
  if (type === undefined) {
    throw wrongFile(path, {
      rule: "the array does not hold plain numbers",
      expected: NPY_TYPES.map(typeText).join(", "),
      got: descr === "[" ? "records of several fields" : descr,
      remedy: "Convert it with .astype(numpy.float32) and save it again.",
    });
  }
  const shape = sizes
    .split(",")
    .map((size) => size.trim().replace(/L$/, ""))
    .filter((size) => size !== "")
    .map(Number);
  return { type, littleEndian: endian !== ">", fortranOrder: order === "True", shape };
}

function requireLength({ path, file }: OwnFile, header: NpyHeader): void {
  const numValues = header.shape.reduce((product, size) => product * size, 1);
  const expected = header.dataOffset + numValues * bytesOf(header.type);
  if (file.size === expected) return;
  throw wrongFile(path, {
    rule: file.size < expected ? "the file is cut short" : "the file is longer than its array",
    expected: `${formatCount(expected)} bytes for ${shapeText(header.shape)} ${typeText(header.type)}`,
    got: `${formatCount(file.size)} bytes`,
    remedy: REMEDY,
  });
}

function wrongHeader(path: string, expected: string, got: string): Error {
  return wrongFile(path, {
    rule: "the array's header cannot be read",
    expected,
    got,
    remedy: REMEDY,
  });
}

function inWords(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
