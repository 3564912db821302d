/**
 * Streams the numbers of a NumPy file in the order of the file, with the position of each in the array. It does not store the
 * array; the caller processes the numbers.
 */

import { fromHalf } from "../../core/halfFloat.ts";
import type { OwnFile } from "../../core/ownFile.ts";
import { bytesOf, type NpyHeader, type NpyType } from "./npyHeader.ts";
import { readBytes } from "./ownFile.ts";

/** The number of values read at once: 4 MB for most types. */
const PIECE_VALUES = 2 ** 20;

type Reader = (view: DataView, offset: number, littleEndian: boolean) => number;

const READERS: Readonly<Record<NpyType, Reader>> = {
  b1: (view, offset) => (view.getUint8(offset) === 0 ? 0 : 1),
  u1: (view, offset) => view.getUint8(offset),
  u2: (view, offset, little) => view.getUint16(offset, little),
  u4: (view, offset, little) => view.getUint32(offset, little),
  u8: (view, offset, little) => Number(view.getBigUint64(offset, little)),
  i1: (view, offset) => view.getInt8(offset),
  i2: (view, offset, little) => view.getInt16(offset, little),
  i4: (view, offset, little) => view.getInt32(offset, little),
  i8: (view, offset, little) => Number(view.getBigInt64(offset, little)),
  f2: (view, offset, little) => fromHalf(view.getUint16(offset, little)),
  f4: (view, offset, little) => view.getFloat32(offset, little),
  f8: (view, offset, little) => view.getFloat64(offset, little),
};

export interface Piece {
  readonly values: Float64Array;
  /** Index of its first number in the file. */
  readonly first: number;
  /** Share of the file that has been read. */
  readonly share: number;
}

/** @throws PlaygroundError `file.invalid` when the file cannot be read any more. */
export async function* npyPieces(file: OwnFile, header: NpyHeader): AsyncGenerator<Piece> {
  const { type, littleEndian, shape, dataOffset } = header;
  const read = READERS[type];
  const size = bytesOf(type);
  const numValues = shape.reduce((product, side) => product * side, 1);
  for (let first = 0; first < numValues; first += PIECE_VALUES) {
    const end = Math.min(numValues, first + PIECE_VALUES);
    const bytes = await readBytes(file, dataOffset + first * size, dataOffset + end * size);
    const view = new DataView(bytes.buffer);
    const values = new Float64Array(end - first);
    for (let place = 0; place < values.length; place += 1)
      values[place] = read(view, place * size, littleEndian);
    yield { values, first, share: end / numValues };
  }
}

/** Converts the index of a number in the file to its index in C order, where the last axis varies fastest. */
export function placeInOrder({ shape, fortranOrder }: NpyHeader): (place: number) => number {
  if (!fortranOrder) return (place) => place;
  return (place) => {
    let rest = place;
    let at = 0;
    let stride = shape.reduce((product, side) => product * side, 1);
    for (const side of shape) {
      stride /= side;
      at += (rest % side) * stride;
      rest = Math.floor(rest / side);
    }
    return at;
  };
}

/** Reads all numbers in C order into memory: labels, or the images that the terminal classifies. */
export async function readNpyValues(file: OwnFile, header: NpyHeader): Promise<Float64Array> {
  const all = new Float64Array(header.shape.reduce((product, side) => product * side, 1));
  const placeOf = placeInOrder(header);
  for await (const { values, first } of npyPieces(file, header))
    values.forEach((value, index) => {
      all[placeOf(first + index)] = value;
    });
  return all;
}
