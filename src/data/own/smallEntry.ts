/**
 * Reads small entries of a zip, of which a data set has tens of thousands. The library passes each through a chain of streams,
 * which takes several times as long as reading and decoding a small picture.
 */
import type { FileEntry } from "@zip.js/zip.js/lib/zip-core-native.js";
import type { ReadAheadReader } from "./readAhead.ts";

/** The ways of compressing that are read, as zips number them. */
export const STORED = 0;
export const DEFLATED = 8;
/** A larger entry is read by the library, piece by piece. */
const MOST_BYTES = 4 * 2 ** 20;
/** Before the contents of each entry there are a header of this size, its name, and an extra field. */
const HEADER_BYTES = 30;
const HEADER_SIGNATURE = 0x504b0304;

/**
 * Reads the first `numBytes` of an entry.
 * @returns `undefined` for everything unusual or damaged, which is left to the library
 */
export async function readSmallEntry(
  reader: ReadAheadReader,
  entry: FileEntry,
  numBytes: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const { compressionMethod, encrypted, offset, compressedSize, uncompressedSize } = entry;
  const isKnown = compressionMethod === STORED || compressionMethod === DEFLATED;
  if (!isKnown || encrypted || Math.max(compressedSize, uncompressedSize) > MOST_BYTES)
    return undefined;
  const start = await reader.readUint8Array(offset, HEADER_BYTES);
  if (start.length < HEADER_BYTES) return undefined;
  const header = new DataView(start.buffer);
  if (header.getUint32(0) !== HEADER_SIGNATURE) return undefined;
  const first = offset + HEADER_BYTES + header.getUint16(26, true) + header.getUint16(28, true);
  if (compressionMethod === DEFLATED) {
    const packed = await reader.readUint8Array(first, compressedSize);
    return inflated(packed, numBytes, numBytes === uncompressedSize);
  }
  const bytes = await reader.readUint8Array(first, numBytes);
  return bytes.length === numBytes && compressedSize === uncompressedSize ? bytes : undefined;
}

/** @param isWhole whether the entry must end after these bytes */
async function inflated(
  packed: Uint8Array<ArrayBuffer>,
  numBytes: number,
  isWhole: boolean,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const { readable, writable } = new DecompressionStream("deflate-raw");
  const writer = writable.getWriter();
  const pieces = readable.getReader();
  // What is wrong with the bytes is seen by the reader too.
  const ignore = () => {};
  writer.write(packed).catch(ignore);
  writer.close().catch(ignore);
  const bytes = new Uint8Array(numBytes);
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await pieces.read();
      if (done) return length === numBytes ? bytes : undefined;
      if (isWhole && length + value.length > numBytes) return undefined;
      bytes.set(value.subarray(0, numBytes - length), length);
      length = Math.min(numBytes, length + value.length);
      if (!isWhole && length === numBytes) return bytes;
    }
  } catch {
    return undefined;
  } finally {
    pieces.cancel().catch(ignore);
  }
}
