/**
 * Writes and reads the NumPy arrays of a run file: version 1, C order, little-endian float64 or uint32. Format:
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { PlaygroundError } from "../../core/errors.ts";

const MAGIC = "\x93NUMPY\x01\x00";
/** Arrays begin at a multiple of this, as NumPy writes them, so that they can be used in place. */
const ALIGNMENT = 64;

export interface NpyArray<T extends Float64Array | Uint32Array> {
  readonly shape: readonly number[];
  readonly values: T;
}

export function npyBytes({
  shape,
  values,
}: NpyArray<Float64Array | Uint32Array>): Uint8Array<ArrayBuffer> {
  const descr = values instanceof Float64Array ? "<f8" : "<u4";
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const unpadded = MAGIC.length + 2 + dictionary.length + 1;
  const offset = Math.ceil(unpadded / ALIGNMENT) * ALIGNMENT;
  const text = `${dictionary.padEnd(offset - MAGIC.length - 3)}\n`;
  const bytes = new Uint8Array(offset + values.byteLength);
  bytes.set(latin1(MAGIC));
  new DataView(bytes.buffer).setUint16(MAGIC.length, text.length, true);
  bytes.set(latin1(text), MAGIC.length + 2);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
  return bytes;
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/**
 * @param where names the file in the message
 * @throws PlaygroundError `file.invalid` for another format, type or order, and when the length does not fit the shape
 */
export function readNpy(
  bytes: Uint8Array,
  where: string,
): NpyArray<Float64Array> | NpyArray<Uint32Array> {
  const text = new TextDecoder("latin1");
  if (text.decode(bytes.subarray(0, MAGIC.length)) !== text.decode(latin1(MAGIC)))
    throw invalid(where, "it is a NumPy array of version 1", "\\x93NUMPY at its start", "others");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = MAGIC.length + 2;
  const offset = start + (bytes.length < start ? 0 : view.getUint16(MAGIC.length, true));
  const header = text.decode(bytes.subarray(start, offset));
  const [, descr] = /'descr': '(<f8|<u4)'/.exec(header) ?? [];
  const [, sizes] = /'shape': \(([\d, ]*)\)/.exec(header) ?? [];
  if (descr === undefined || sizes === undefined || !header.includes("'fortran_order': False"))
    throw invalid(
      where,
      "it has float64 or uint32 in C order",
      "such a header",
      header.slice(0, 80),
    );
  const shape = sizes.split(",").flatMap((size) => (size.trim() === "" ? [] : [Number(size)]));
  const numValues = shape.reduce((product, size) => product * size, 1);
  const numBytes = numValues * (descr === "<f8" ? 8 : 4);
  if (bytes.length - offset !== numBytes)
    throw invalid(
      where,
      "its length fits its shape",
      `${numBytes} bytes`,
      `${bytes.length - offset}`,
    );
  // A copy is aligned, wherever the header ends.
  const { buffer } = bytes.slice(offset);
  return descr === "<f8"
    ? { shape, values: new Float64Array(buffer) }
    : { shape, values: new Uint32Array(buffer) };
}

function invalid(where: string, rule: string, expected: string, got: string): PlaygroundError {
  const remedy = "Export the run again.";
  return new PlaygroundError({ code: "file.invalid", where, rule, expected, got, remedy });
}
