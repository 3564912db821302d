/** Reads the NumPy arrays of a run file, which `core/npy.ts` writes: float64 or uint32. */
import { PlaygroundError } from "../../core/errors.ts";
import { NPY_MAGIC, type NpyArray } from "../../core/npy.ts";

/**
 * @param where names the file in the message
 * @throws PlaygroundError `file.invalid` for another format, type or order, and when the length does not fit the shape
 */
export function readNpy(
  bytes: Uint8Array,
  where: string,
): NpyArray<Float64Array> | NpyArray<Uint32Array> {
  const text = new TextDecoder("latin1");
  if (NPY_MAGIC.some((byte, at) => bytes[at] !== byte))
    throw invalid(where, "it is a NumPy array of version 1", "\\x93NUMPY at its start", "others");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = NPY_MAGIC.length + 2;
  const offset = start + (bytes.length < start ? 0 : view.getUint16(NPY_MAGIC.length, true));
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
