/** Builds files in memory for tests of `data/own/` and of its callers: NumPy arrays of every type, IDX files. */
import type { OwnFile } from "../../core/ownFile.ts";
import type { ImageFile } from "./imageFile.ts";
import { bytesOf, type NpyType } from "./npyHeader.ts";

export interface MadeArray {
  readonly type: NpyType;
  readonly shape: readonly number[];
  /** In C order. */
  readonly values: readonly number[];
  readonly bigEndian?: boolean;
  readonly fortranOrder?: boolean;
  readonly version?: 1 | 2 | 3;
}

const WRITERS: Readonly<
  Record<NpyType, (view: DataView, offset: number, value: number, little: boolean) => void>
> = {
  b1: (view, offset, value) => view.setUint8(offset, value),
  u1: (view, offset, value) => view.setUint8(offset, value),
  u2: (view, offset, value, little) => view.setUint16(offset, value, little),
  u4: (view, offset, value, little) => view.setUint32(offset, value, little),
  u8: (view, offset, value, little) => view.setBigUint64(offset, BigInt(value), little),
  i1: (view, offset, value) => view.setInt8(offset, value),
  i2: (view, offset, value, little) => view.setInt16(offset, value, little),
  i4: (view, offset, value, little) => view.setInt32(offset, value, little),
  i8: (view, offset, value, little) => view.setBigInt64(offset, BigInt(value), little),
  // Only for whole numbers from 0 to 2,048, which a 16-bit float holds exactly.
  f2: (view, offset, value, little) => view.setUint16(offset, halfOf(value), little),
  f4: (view, offset, value, little) => view.setFloat32(offset, value, little),
  f8: (view, offset, value, little) => view.setFloat64(offset, value, little),
};

export function npyFile(path: string, array: MadeArray): OwnFile {
  const { type, shape, values, bigEndian = false, fortranOrder = false, version = 1 } = array;
  const size = bytesOf(type);
  const data = new Uint8Array(values.length * size);
  const view = new DataView(data.buffer);
  values.forEach((value, place) => {
    const at = fortranOrder ? fortranPlace(place, shape) : place;
    WRITERS[type](view, at * size, value, !bigEndian);
  });
  const endian = size === 1 ? "|" : bigEndian ? ">" : "<";
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const order = fortranOrder ? "True" : "False";
  return npyText(
    path,
    `{'descr': '${endian}${type}', 'fortran_order': ${order}, 'shape': (${sides}), }`,
    data,
    version,
  );
}

/** Builds a file with a given header. */
export function npyText(
  path: string,
  text: string,
  data: Uint8Array<ArrayBuffer> = new Uint8Array(),
  version = 1,
): OwnFile {
  const header = new TextEncoder().encode(`${text.padEnd(117)}\n`);
  const start = new Uint8Array(version === 1 ? 10 : 12);
  start.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  const view = new DataView(start.buffer);
  if (version === 1) view.setUint16(8, header.length, true);
  else view.setUint32(8, header.length, true);
  return { path, file: new Blob([start, header, data]) };
}

export function idxFile(
  path: string,
  shape: readonly number[],
  values: readonly number[],
): OwnFile {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint32(0, 0x0800 + shape.length);
  shape.forEach((side, axis) => {
    header.setUint32(4 + 4 * axis, side);
  });
  return { path, file: new Blob([header, Uint8Array.from(values)]) };
}

/** Stands for an image of which only the path counts. */
export function namedImage(path: string): ImageFile {
  return {
    path,
    sizeBytes: 1,
    head: async () => new Uint8Array(),
    bytes: async () => new Uint8Array(),
    read: async () => new Blob(),
    leftOut: (reason) => ({ path, name: path, reason }),
  };
}

function fortranPlace(place: number, shape: readonly number[]): number {
  let rest = place;
  let at = 0;
  let stride = shape.reduce((product, side) => product * side, 1);
  for (const side of [...shape].reverse()) {
    stride /= side;
    at += (rest % side) * stride;
    rest = Math.floor(rest / side);
  }
  return at;
}

function halfOf(value: number): number {
  if (value === 0) return 0;
  const exponent = Math.floor(Math.log2(value));
  return ((exponent + 15) << 10) | Math.round((value / 2 ** exponent - 1) * 1024);
}
