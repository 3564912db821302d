/**
 * Writes NumPy arrays: version 1, C order, little-endian. Format:
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */

/** The first bytes of a file of version 1. */
export const NPY_MAGIC = Uint8Array.of(0x93, ...new TextEncoder().encode("NUMPY"), 1, 0);
/** Arrays begin at a multiple of this, as NumPy writes them, so that they can be used in place. */
const ALIGNMENT = 64;

type NpyValues = Float32Array | Float64Array | Uint32Array;

export interface NpyArray<T extends NpyValues> {
  readonly shape: readonly number[];
  readonly values: T;
}

export function npyBytes({ shape, values }: NpyArray<NpyValues>): Uint8Array<ArrayBuffer> {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const dictionary = `{'descr': '${typeOf(values)}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const unpadded = NPY_MAGIC.length + 2 + dictionary.length + 1;
  const offset = Math.ceil(unpadded / ALIGNMENT) * ALIGNMENT;
  const text = `${dictionary.padEnd(offset - NPY_MAGIC.length - 3)}\n`;
  const bytes = new Uint8Array(offset + values.byteLength);
  bytes.set(NPY_MAGIC);
  new DataView(bytes.buffer).setUint16(NPY_MAGIC.length, text.length, true);
  bytes.set(new TextEncoder().encode(text), NPY_MAGIC.length + 2);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
  return bytes;
}

function typeOf(values: NpyValues): string {
  if (values instanceof Float32Array) return "<f4";
  return values instanceof Float64Array ? "<f8" : "<u4";
}
