/** Writes tensors as a file of the format safetensors: the length of a header, the header as JSON, and the values. */
import { type Shape, sizeOf } from "../core/shape.ts";

export interface SafeTensor {
  readonly name: string;
  readonly shape: Shape;
  readonly values: Float32Array | BigInt64Array;
}

/** Bytes of the number that begins the file, and of which the header is a multiple. */
const ALIGNMENT = 8;

/** @throws RangeError for values that do not fill their shape */
export function toSafetensors(tensors: readonly SafeTensor[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  const entries = tensors.map(({ name, shape, values }) => {
    if (values.length !== sizeOf(shape))
      throw new RangeError(`${name} has ${values.length} values instead of ${sizeOf(shape)}`);
    const start = length;
    length += values.byteLength;
    const dtype = values instanceof Float32Array ? "F32" : "I64";
    return [name, { dtype, shape, data_offsets: [start, length] }] as const;
  });
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const headerLength = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  const file = new Uint8Array(ALIGNMENT + headerLength + length);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
  file.fill(" ".charCodeAt(0), ALIGNMENT, ALIGNMENT + headerLength);
  file.set(json, ALIGNMENT);
  let at = ALIGNMENT + headerLength;
  for (const { values } of tensors) {
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return file;
}
