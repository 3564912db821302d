/** Writes a NumPy file, version 1.0: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
import type { Shape } from "../core/shape.ts";

/** The header's end is aligned, so that a program can map the numbers into its memory. */
const ALIGNMENT = 64;
const PREAMBLE = 10;

/** @param values in C order, little-endian as every machine that runs this program is. */
export function npyBytes(values: Float32Array, shape: Shape): Uint8Array<ArrayBuffer> {
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${sides}), }`;
  const end = Math.ceil((PREAMBLE + dictionary.length + 1) / ALIGNMENT) * ALIGNMENT;
  const text = `${dictionary.padEnd(end - PREAMBLE - 1)}\n`;
  const bytes = new Uint8Array(end + values.byteLength);
  bytes.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0]);
  new DataView(bytes.buffer).setUint16(8, text.length, true);
  bytes.set(new TextEncoder().encode(text), PREAMBLE);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), end);
  return bytes;
}
